/**
 * A door into {@code server.http} for measuring what is not public there, such as scanning a request's head. Nothing but
 * benchmarks; each runs on the thread of its harness, and knows nothing of the daemon around it.
 */
package io.socketmaster.server.http;
