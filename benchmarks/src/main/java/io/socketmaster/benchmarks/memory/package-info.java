/**
 * What the daemon holds in memory while it works, against what it promises. Start at {@code MemoryMain}; {@code BulkMemory}
 * moves 1 GiB each way beside a slow reader, {@code UploadMemory} sends 10 GiB in one request, {@code IdleMemory} opens 10,000
 * connections that do nothing, plain and by HTTPS.
 *
 * <p>Everything runs on the program's main thread, but for {@code MemorySampler}, which has one of its own.
 */
package io.socketmaster.benchmarks.memory;
