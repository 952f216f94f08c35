/**
 * The service behind every row of a comparison: {@code ServiceMain} listens on plain TCP or on our listener, and what is
 * behind that choice is the same. {@code HttpService} answers requests, {@code BulkService} moves bytes as its client asks.
 * Handlers belong to their channel's event loop. Nothing here measures.
 */
package io.socketmaster.benchmarks.service;
