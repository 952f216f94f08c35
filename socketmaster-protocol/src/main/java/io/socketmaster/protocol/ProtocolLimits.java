package io.socketmaster.protocol;

import java.time.Duration;

/**
 * How much a peer may say, in one place: both sides of the wire check against these numbers, so that a service hears of
 * a value that is too large from its own library, before the daemon refuses it. Text in JSON is counted in characters
 * (UTF-16 units), what has a length prefix in bytes. The contract's section 1 fixes the first three.
 */
public final class ProtocolLimits {
    /** Bytes of a string in the version 1 part of a handshake: address, domain suffix, path prefix, status. */
    public static final int MAX_STRING = 64 * 1024;

    /** Bytes of a certificate chain or of a private key, each as PEM text. */
    public static final int MAX_PEM = 256 * 1024;

    /** Bytes of a whole request. The limits of its parts add up to less, so it needs no check of its own. */
    public static final int MAX_REQUEST = 1024 * 1024;

    /** Bytes of the JSON in a version 2 request. */
    public static final int MAX_EXTENSION = 256 * 1024;

    /** Bytes of the JSON in a version 2 reply. */
    public static final int MAX_REPLY_JSON = 256 * 1024;

    /** Bytes of a control message from a service: a new chain and key as escaped JSON, and metadata. */
    public static final int MAX_MESSAGE_FROM_SERVICE = 640 * 1024;

    /** Bytes of a control message from the daemon. */
    public static final int MAX_MESSAGE_FROM_DAEMON = 16 * 1024;

    /** Characters of {@code name}, {@code instance}, {@code client} and of a session's id. */
    public static final int MAX_NAME = 128;

    /** Characters of {@code token}; enough for a signed web token with a few claims. */
    public static final int MAX_TOKEN = 8 * 1024;

    /** Most characters of the key with which a session gets further connections. */
    public static final int MAX_LANE_KEY = 128;

    /** Most further connections that a daemon may ask a session for. */
    public static final int MAX_LANES = 255;

    /** Entries of {@code hosts}, and of {@code sni}. */
    public static final int MAX_HOSTS = 256;

    /** Characters of one host: a name of 253 behind {@code *.}. */
    public static final int MAX_HOST = 255;

    /** Entries of {@code alpn}. */
    public static final int MAX_ALPN = 16;

    /** Characters of one of them, which are bytes (RFC 7301 section 3.1). */
    public static final int MAX_ALPN_NAME = 255;

    /** Largest {@code weight}. */
    public static final int MAX_WEIGHT = 1000;

    /** Entries of {@code metadata}. */
    public static final int MAX_METADATA = 32;

    /** Characters of a key in {@code metadata}. */
    public static final int MAX_METADATA_KEY = 64;

    /** Characters of a value in {@code metadata}. */
    public static final int MAX_METADATA_VALUE = 1024;

    /** Longest {@code hold}, {@code drain} or deadline: far beyond sense, and far from any overflow. */
    public static final Duration MAX_DURATION = Duration.ofDays(30);

    /** Characters of a reply's status that are kept. */
    public static final int MAX_STATUS = 4096;

    /** Entries of {@code bound} in a reply. */
    public static final int MAX_BOUND = 64;

    /** Characters of an address in {@code bound}: a host name in brackets, a zone, a port. */
    public static final int MAX_ADDRESS = 300;

    /** Entries of {@code warnings} in a reply. */
    public static final int MAX_WARNINGS = 16;

    /** Characters of one warning. */
    public static final int MAX_WARNING = 512;

    /** Entries of {@code features} in a reply. */
    public static final int MAX_FEATURES = 64;

    /** Characters of one feature, and of an error's code. */
    public static final int MAX_WORD = 64;

    /** Characters of {@code route} and of an error's {@code message} in a reply. */
    public static final int MAX_SENTENCE = 2048;

    private ProtocolLimits() {}
}
