package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;

/**
 * Writes responses to a client. Whether a body may follow a head depends on the request, which only the connection knows:
 * Netty's own pairing of requests and responses is put out by informational ones.
 */
final class Http1ResponseEncoder extends HttpResponseEncoder {
    private boolean bodiless;

    /** Says whether the next head, if it is a final one, has no body. */
    void setBodiless(boolean bodiless) {
        this.bodiless = bodiless;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return response.status().codeClass() == HttpStatusClass.INFORMATIONAL || bodiless;
    }

    /** The connection has decided on every field already. */
    @Override
    protected void sanitizeHeadersBeforeEncode(HttpResponse response, boolean alwaysEmpty) {}
}
