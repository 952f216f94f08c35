package io.socketmaster.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Ends TLS for one identity. Its session tickets are sealed with keys that are replaced while connections come, so that none
 * is taken once it is older than {@link TlsContexts#SESSION_TIMEOUT}; BoringSSL by itself takes those of TLS 1.3 for two days
 * and more. Any thread.
 */
public final class ServerTls {
    /** A key seals tickets for so long, and opens them until it is as old as a session may be. */
    private static final Duration SEALING = TlsContexts.SESSION_TIMEOUT.dividedBy(2);

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SslContext context;
    /** Null with the JDK's own TLS, which takes no keys: its tickets are as old as its sessions may be. */
    private final OpenSslSessionContext sessions;

    private final LongSupplier nanoTime;

    /** When the keys have to change next. */
    private volatile long renewalNanos;

    /** The one that seals first. Guarded by this. */
    private List<Key> keys = List.of();

    private record Key(OpenSslSessionTicketKey key, long bornNanos) {}

    ServerTls(SslContext context, LongSupplier nanoTime) {
        this.context = context;
        this.sessions = context.sessionContext() instanceof OpenSslSessionContext own ? own : null;
        this.nanoTime = nanoTime;
        this.renewalNanos = nanoTime.getAsLong();
        renewKeysIfDue();
    }

    /** For one connection. */
    public SslHandler newHandler(ByteBufAllocator alloc) {
        renewKeysIfDue();
        return context.newHandler(alloc);
    }

    SslContext context() {
        return context;
    }

    private void renewKeysIfDue() {
        long now = nanoTime.getAsLong();
        if (sessions != null && now - renewalNanos >= 0) {
            renewKeys(now);
        }
    }

    /** Another thread may have done so just before, which makes this change nothing. */
    private synchronized void renewKeys(long now) {
        List<Key> renewed = new ArrayList<>();
        if (keys.isEmpty() || now - keys.get(0).bornNanos >= SEALING.toNanos()) {
            renewed.add(new Key(newKey(), now));
        }
        for (Key key : keys) {
            if (now - key.bornNanos < TlsContexts.SESSION_TIMEOUT.toNanos()) {
                renewed.add(key);
            }
        }
        keys = renewed;
        sessions.setTicketKeys(keys.stream().map(Key::key).toArray(OpenSslSessionTicketKey[]::new));
        long sealed = keys.get(0).bornNanos + SEALING.toNanos();
        long opened = keys.get(keys.size() - 1).bornNanos + TlsContexts.SESSION_TIMEOUT.toNanos();
        renewalNanos = sealed - opened < 0 ? sealed : opened;
    }

    private static OpenSslSessionTicketKey newKey() {
        return new OpenSslSessionTicketKey(
                random(OpenSslSessionTicketKey.NAME_SIZE),
                random(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                random(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
