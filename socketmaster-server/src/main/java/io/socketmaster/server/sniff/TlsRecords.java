package io.socketmaster.server.sniff;

import io.netty.buffer.ByteBuf;

/** Puts the first handshake message of a connection together from its plaintext records (RFC 8446 section 5.1). */
final class TlsRecords {
    static final int HEADER_LENGTH = 5;
    private static final int MAX_FRAGMENT = 1 << 14;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int MESSAGE_HEADER_LENGTH = 4;

    private TlsRecords() {}

    /**
     * The body of the ClientHello, or null while it is incomplete. What is wrong is said as early as it can be seen: a first
     * byte that does not fit is enough.
     */
    static byte[] handshakeMessage(ByteBuf in) throws MalformedException {
        byte[] header = new byte[MESSAGE_HEADER_LENGTH];
        int gathered = gather(in, header, 0);
        if (gathered > 0 && header[0] != CLIENT_HELLO) {
            throw new MalformedException(
                    "the first TLS message is of type " + (header[0] & 0xff) + ", not ClientHello");
        }
        if (gathered < MESSAGE_HEADER_LENGTH) {
            return null;
        }
        int length = (header[1] & 0xff) << 16 | (header[2] & 0xff) << 8 | (header[3] & 0xff);
        if (length > ClientHello.MAX_LENGTH - MESSAGE_HEADER_LENGTH) {
            throw new MalformedException("the ClientHello is longer than " + ClientHello.MAX_LENGTH + " bytes");
        }
        if (gathered < MESSAGE_HEADER_LENGTH + length) {
            return null;
        }
        byte[] body = new byte[length];
        gather(in, body, MESSAGE_HEADER_LENGTH);
        return body;
    }

    /**
     * Walks the records that have begun to arrive and copies their payload from {@code skip} on into {@code target}, as far
     * as it goes.
     *
     * @return how much payload there is, whether copied or not; enough to know that the limit is passed, no more
     */
    private static int gather(ByteBuf in, byte[] target, int skip) throws MalformedException {
        int at = in.readerIndex();
        int end = in.writerIndex();
        int payload = 0;
        for (int records = 0; at < end && payload < ClientHello.MAX_LENGTH; records++) {
            if (records == ClientHello.MAX_RECORDS) {
                throw new MalformedException(
                        "the ClientHello is spread over more than " + ClientHello.MAX_RECORDS + " records");
            }
            if (isComplete(target, payload, skip)) {
                break;
            }
            int fragment = fragmentLength(in, at, end);
            at += HEADER_LENGTH;
            if (fragment < 0 || at >= end) {
                break;
            }
            int present = Math.min(fragment, end - at);
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

    /** Whether the second pass has all that it came for; the first one counts on. */
    private static boolean isComplete(byte[] target, int payload, int skip) {
        return skip > 0 && payload >= skip + target.length;
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
