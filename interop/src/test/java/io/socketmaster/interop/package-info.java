/**
 * The daemon and the client library against peers that others could have written: services, clients and a daemon in Go, on
 * Debian's package of hashicorp/yamux (2019). Their sources are in {@code src/main/go}.
 *
 * <p>Start reading at {@link io.socketmaster.interop.Interop}, which gives each test class a daemon and starts the Go
 * programs, and at {@code cmd/service/main.go}, which says what a Go service can be told. Everything that is said between
 * the tests and the programs goes over standard input and output, a line each, so a test waits for lines and never for
 * time. Where Go or the package is missing the tests are skipped and say so.
 */
package io.socketmaster.interop;
