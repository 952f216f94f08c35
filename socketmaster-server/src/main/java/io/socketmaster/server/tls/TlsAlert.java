package io.socketmaster.server.tls;

/**
 * Fatal alerts that are sent in plain text instead of a handshake (RFC 8446 section 6), so that the client's error message says
 * what is the matter. The connection is closed after one.
 */
public enum TlsAlert {
    /** TLS is not spoken here. */
    HANDSHAKE_FAILURE(40),
    /** The ClientHello is not valid. */
    DECODE_ERROR(50),
    /** Nobody has the name that the client asks for (RFC 6066 section 3). */
    UNRECOGNIZED_NAME(112),
    /** None of the protocols that the client offers is spoken here (RFC 7301 section 3.2). */
    NO_APPLICATION_PROTOCOL(120);

    private static final byte ALERT = 21;
    private static final byte FATAL = 2;

    private final int number;

    TlsAlert(int number) {
        this.number = number;
    }

    /** The whole record, seven bytes; a new array at each call. */
    public byte[] record() {
        return new byte[] {ALERT, 3, 3, 0, 2, FATAL, (byte) number};
    }
}
