/**
 * The HTTP front: requests are read from a client's connection, checked, routed, handed to a service over a stream of their
 * own, and answered. HTTP/1.1 one after the other, HTTP/2 side by side.
 *
 * <p>Start with {@link io.socketmaster.server.http.HttpFront}, then {@code Exchange}, which is one request's life and knows
 * no wire format: a {@code ClientSide} ({@code Http1Connection}, {@code Http2FrontStream}) is before it and a {@code ServiceSide}
 * ({@code Http1ServiceStream}, {@code Http2ServiceStream}) behind it. What is decided is decided in pure classes: {@code
 * HeadScanner}, {@code RequestCheck} and {@code Http2RequestCheck} (what two parsers could understand differently is refused),
 * {@code FloodGuard}, {@code StreamHistory}, {@code ForwardingHeaders}, {@code FailureDecision}, {@code GrpcStatus}.
 *
 * <p>After an Upgrade two channels are joined, and HTTP is out of the way; a stream of HTTP/2 is made one by {@code
 * Http2Tunnel}.
 *
 * <p>Nothing of HTTP is forwarded as bytes: heads are written anew and bodies are framed anew. Everything is pulled: an object is
 * decoded only when its receiver has asked for it, so what a peer sends too much stays in its socket. All of it runs on
 * the client connection's event loop. This room does not know how routes and services are kept ({@link
 * io.socketmaster.server.http.HttpRoutes}), nor how TLS is ended.
 */
package io.socketmaster.server.http;
