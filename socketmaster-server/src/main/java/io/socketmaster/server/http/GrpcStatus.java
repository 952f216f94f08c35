package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;

/**
 * How an answer of our own looks to a gRPC client: its status is in the trailers, and HTTP's is 200 (gRPC over HTTP/2,
 * "Responses"; the mapping is that of "HTTP to gRPC Status Code Mapping"). Pure.
 */
final class GrpcStatus {
    /** The service is away, or was lost: asking again may help. */
    static final int UNAVAILABLE = 14;

    private static final int UNKNOWN = 2;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final String CONTENT_TYPE = "application/grpc";

    private GrpcStatus() {}

    /** Whether the request is a gRPC call. */
    static boolean isCall(RequestHead head) {
        String type = head.fields().get(HttpHeaderNames.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(CONTENT_TYPE)) {
            return false;
        }
        return type.length() == CONTENT_TYPE.length() || "+;".indexOf(type.charAt(CONTENT_TYPE.length())) >= 0;
    }

    /** The status that stands for one of HTTP. */
    static int of(int httpStatus) {
        return switch (httpStatus) {
            case 400, 431 -> INTERNAL;
            case 404 -> UNIMPLEMENTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /** Sets the fields of a response that consists of trailers only. */
    static void describe(HttpHeaders fields, int status, String message) {
        fields.set(HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE);
        setStatus(fields, status, message);
    }

    /** Sets the fields that end a call. */
    static void setStatus(HttpHeaders fields, int status, String message) {
        fields.set("grpc-status", Integer.toString(status));
        fields.set("grpc-message", encode(message));
    }

    /** Percent-encoding of everything but printable ASCII, and of the percent sign. */
    private static String encode(String message) {
        StringBuilder encoded = new StringBuilder(message.length());
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '%') {
                encoded.append(c);
            } else if (c < 0x80) {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            } else {
                encoded.append('?');
            }
        }
        return encoded.toString();
    }
}
