package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * A response's head as an exchange hands it on, whatever wire it came from and goes to.
 *
 * @param status the status, with its reason phrase
 * @param fields the end-to-end fields, without {@code Content-Length}; the receiver may change them
 * @param body the length that is told; for a response to HEAD and for a 304 no body comes in spite of it
 */
record ResponseHead(HttpResponseStatus status, HttpHeaders fields, BodyLength body) {}
