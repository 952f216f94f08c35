package io.socketmaster.server.sniff;

import io.netty.buffer.ByteBuf;

/** Puts the first handshake message of a connection together from its plaintext records (RFC 8446 section 5.1). */
final class TlsRecords {
    static final int HEADER_LENGTH = 5;
    private static final int MAX_FRAGMENT = 1 << 14;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int MESSAGE_HEADER_LENGTH = 4;
    private static final byte[] NOTHING = {};

    private TlsRecords() {}

    /**
     * The body of the ClientHello, or null while it is incomplete. What is wrong is said as early as it can be seen: a first
     * byte that does not fit is enough.
     */
    static byte[] handshakeMessage(ByteBuf in) throws MalformedException {
        byte[] header = new byte[MESSAGE_HEADER_LENGTH];
        int gathered = gather(in, 0, MESSAGE_HEADER_LENGTH, header);
        if (gathered > 0 && header[0] != CLIENT_HELLO) {
            throw new MalformedException(
                    "the first TLS message is of type " + (header[0] & 0xff) + ", not ClientHello");
        }
        if (gathered < MESSAGE_HEADER_LENGTH) {
            return null;
        }
        int length = (header[1] & 0xff) << 16 | (header[2] & 0xff) << 8 | (header[3] & 0xff);
        int end = MESSAGE_HEADER_LENGTH + length;
        if (end > ClientHello.MAX_LENGTH) {
            throw new MalformedException("the ClientHello is longer than " + ClientHello.MAX_LENGTH + " bytes");
        }
        if (gather(in, MESSAGE_HEADER_LENGTH, end, NOTHING) < end) {
            return null;
        }
        byte[] body = new byte[length];
        gather(in, MESSAGE_HEADER_LENGTH, end, body);
        return body;
    }

    /**
     * Walks the records until {@code need} bytes of payload are passed or nothing more has arrived, and copies what lies
     * behind the first {@code skip} bytes into {@code target}, as much as fits. Does not look at what follows.
     *
     * @return how much payload was passed, at most {@code need}
     */
    private static int gather(ByteBuf in, int skip, int need, byte[] target) throws MalformedException {
        int at = in.readerIndex();
        int end = in.writerIndex();
        int payload = 0;
        for (int records = 0; at < end && payload < need; records++) {
            if (records == ClientHello.MAX_RECORDS) {
                throw new MalformedException(
                        "the ClientHello is spread over more than " + ClientHello.MAX_RECORDS + " records");
            }
            int fragment = fragmentLength(in, at, end);
            at += HEADER_LENGTH;
            if (fragment < 0 || at >= end) {
                break;
            }
            int present = Math.min(Math.min(fragment, end - at), need - payload);
            int from = Math.max(skip, payload);
            int to = Math.min(skip + target.length, payload + present);
            if (from < to) {
                in.getBytes(at + from - payload, target, from - skip, to - from);
            }
            payload += present;
            at += fragment;
        }
        return payload;
    }

    /** The length in the record header at {@code at}, or -1 while the header is incomplete. */
    private static int fragmentLength(ByteBuf in, int at, int end) throws MalformedException {
        if (in.getByte(at) != HANDSHAKE) {
            throw new MalformedException("there is no TLS handshake record where one is due");
        }
        if (at + 1 < end && in.getByte(at + 1) != 3) {
            throw new MalformedException("a TLS record has the impossible version " + in.getUnsignedByte(at + 1));
        }
        if (at + HEADER_LENGTH > end) {
            return -1;
        }
        int length = in.getUnsignedShort(at + 3);
        if (length == 0 || length > MAX_FRAGMENT) {
            throw new MalformedException("a TLS record has the impossible length " + length);
        }
        return length;
    }
}
