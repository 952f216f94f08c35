package io.socketmaster.server.http;

import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.socketmaster.server.config.HttpSettings;
import java.util.concurrent.TimeUnit;

/**
 * Counts the frames of an HTTP/2 client that move nothing and yet cost us work (RFC 9113 section 10.5): an allowance that time
 * gives back, and that our own data enlarges, for a client has reason to answer that with WINDOW_UPDATE. Requests and bodies
 * are bounded elsewhere, by streams and windows, resets by the codec. Pure; its clock is the caller's.
 */
final class FloodGuard {
    /** A client may give back its window for the stream and for the connection, in pieces as small as this. */
    private static final int BYTES_FOR_ONE_FRAME = 1024;

    private final HttpSettings.Http2 settings;
    private double allowance;
    private long filledAt;

    FloodGuard(HttpSettings.Http2 settings, long nowNanos) {
        this.settings = settings;
        this.allowance = settings.idleFrames();
        this.filledAt = nowNanos;
    }

    /** Whether the connection may go on after this frame. */
    boolean onFrame(int type, int flags, int length, long nowNanos) {
        if (!isIdle(type, flags, length)) {
            return true;
        }
        if (allowance < 1) {
            refill(nowNanos);
        }
        allowance--;
        return allowance >= 0;
    }

    private static boolean isIdle(int type, int flags, int length) {
        return switch (type) {
            case Http2FrameTypes.DATA -> length == 0 && (flags & Http2Flags.END_STREAM) == 0;
            case Http2FrameTypes.HEADERS, Http2FrameTypes.RST_STREAM -> false;
            default -> true;
        };
    }

    private void refill(long nowNanos) {
        double seconds = (double) (nowNanos - filledAt) / TimeUnit.SECONDS.toNanos(1);
        filledAt = nowNanos;
        allowance = Math.min(settings.idleFrames(), allowance + seconds * settings.idleFramesPerSecond());
    }

    /** We sent a piece of a body. */
    void onDataSent(int bytes) {
        allowance = Math.min(settings.idleFrames(), allowance + 2 + bytes / BYTES_FOR_ONE_FRAME);
    }
}
