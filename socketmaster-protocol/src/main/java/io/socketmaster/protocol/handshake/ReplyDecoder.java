package io.socketmaster.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.handshake.HandshakeReply.Details;
import io.socketmaster.protocol.wire.LengthPrefix;
import io.socketmaster.protocol.wire.TextReader;
import java.util.Optional;

/**
 * Bytes to one reply: the client library's side of the handshake. Good for one reply; confined to the caller's thread.
 *
 * <p>An old daemon answers {@code OK} to a version 2 request too, takes the extension block for a broken yamux frame and
 * drops the session. Its {@code OK} is followed by nothing, or by a yamux frame that it had sent before it noticed; both
 * become {@link OldDaemon}. Its refusals are a status and the end of the connection.
 *
 * <p>A reply that breaks the protocol is {@link ErrorCode#BAD_REQUEST}, which is permanent: most likely the address is not
 * that of a socketmaster daemon, and whoever configured it should hear that. A connection that ends too early is
 * {@link ErrorCode#UNAVAILABLE}, which is worth another try.
 */
public final class ReplyDecoder {
    private static final int LAST_FRAME_TYPE = 3;

    private enum Part {
        STATUS,
        DETAILS,
        END
    }

    private final boolean version2;
    private final TextReader texts = new TextReader();
    private Part part = Part.STATUS;
    private String status = "";
    private boolean detailsBegun;
    private Optional<ProtocolException> failure = Optional.empty();

    private ReplyDecoder(boolean version2) {
        this.version2 = version2;
    }

    /** For the reply to a version 1 request. */
    public static ReplyDecoder version1() {
        return new ReplyDecoder(false);
    }

    /** For the reply to a version 2 request. */
    public static ReplyDecoder version2() {
        return new ReplyDecoder(true);
    }

    /**
     * The result, or empty if {@code in} does not hold the rest of it yet. What is left unread must be at the front of the
     * buffer of the next call. Nothing behind the reply is touched, nor is the yamux frame of an old daemon.
     *
     * @param in what came and was not consumed; stays the caller's
     * @throws ProtocolException if this is no reply; once thrown, every later call throws it again
     * @throws IllegalStateException if a result was returned before
     */
    public Optional<Result> decode(ByteBuf in) throws ProtocolException {
        requireUsable();
        try {
            if (part == Part.STATUS && !takeStatus(in)) {
                return Optional.empty();
            }
            if (!version2) {
                return finish(new Answered(new HandshakeReply(status, Optional.empty())));
            }
            return takeDetails(in);
        } catch (ProtocolException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    /**
     * What it means that the daemon closed the connection, or fell silent, before {@link #decode} had a result. A
     * refusal whose status came is an answer, whatever is missing behind it; an {@code OK} alone is an old daemon's.
     *
     * @param unread what the last call of {@code decode} left; stays the caller's
     * @throws ProtocolException {@link ErrorCode#UNAVAILABLE} if the reply is cut off
     */
    public Result endOfInput(ByteBuf unread) throws ProtocolException {
        requireUsable();
        boolean statusIsThere = part == Part.DETAILS;
        boolean nothingElse = !detailsBegun && !unread.isReadable();
        part = Part.END;
        if (statusIsThere && !HandshakeReply.OK.equals(status)) {
            return new Answered(new HandshakeReply(status, Optional.empty()));
        }
        if (!statusIsThere || !nothingElse) {
            throw new ProtocolException(
                    ErrorCode.UNAVAILABLE, "the daemon closed the connection before it had answered the registration");
        }
        return new OldDaemon();
    }

    private void requireUsable() throws ProtocolException {
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (part == Part.END) {
            throw new IllegalStateException("this decoder has returned its result; a connection has only one reply");
        }
    }

    private boolean takeStatus(ByteBuf in) throws ProtocolException {
        Optional<String> text = texts.read(in, LengthPrefix.UINT64, "the reply's status", ProtocolLimits.MAX_STRING);
        text.ifPresent(given -> {
            status = given;
            part = Part.DETAILS;
        });
        return text.isPresent();
    }

    private Optional<Result> takeDetails(ByteBuf in) throws ProtocolException {
        if (!detailsBegun) {
            // Two bytes tell a length within the limit, which begins with zeros, from a frame, whose second byte is a
            // type.
            if (in.readableBytes() < 2) {
                return Optional.empty();
            }
            if (HandshakeReply.OK.equals(status) && beginsLikeYamux(in)) {
                return finish(new OldDaemon());
            }
            detailsBegun = true;
        }
        Optional<String> json = texts.read(in, LengthPrefix.UINT64, "the reply's JSON", ProtocolLimits.MAX_REPLY_JSON);
        if (json.isEmpty()) {
            return Optional.empty();
        }
        return finish(new Answered(reply(DetailsJson.read(json.get()))));
    }

    /**
     * Version 0 and a type other than data. An old daemon's first frame cannot be data: it opens every stream with a window
     * update.
     */
    private static boolean beginsLikeYamux(ByteBuf in) {
        int type = in.getUnsignedByte(in.readerIndex() + 1);
        return in.getByte(in.readerIndex()) == 0 && type >= 1 && type <= LAST_FRAME_TYPE;
    }

    private HandshakeReply reply(Details details) throws ProtocolException {
        if (HandshakeReply.OK.equals(status) && details.failure().isPresent()) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST, "the reply's status is OK, and yet it has an error code");
        }
        return new HandshakeReply(status, Optional.of(details));
    }

    private Optional<Result> finish(Result result) {
        part = Part.END;
        return Optional.of(result);
    }

    /** What came back. */
    public sealed interface Result {}

    /**
     * The daemon answered, for or against.
     *
     * @param reply without details if the daemon, or what was asked of it, is version 1
     */
    public record Answered(HandshakeReply reply) implements Result {}

    /**
     * The daemon knows version 1 only. It has accepted the registration and is dropping the session because of the
     * extension block: connect again and send the request without it.
     */
    public record OldDaemon() implements Result {}
}
