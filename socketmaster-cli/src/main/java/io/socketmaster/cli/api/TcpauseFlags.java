package io.socketmaster.cli.api;

import io.socketmaster.cli.proxy.TcpauseConfig;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** TCPause's flags, with their meanings and defaults. */
final class TcpauseFlags {
    @Option(
            names = {"-g", "--grace-period"},
            paramLabel = "TIME",
            description = "How long what is in flight may take at the stop. Default: 10s")
    private String gracePeriod;

    @Option(
            names = "--proxy-addr",
            paramLabel = "ADDRESS",
            description = "Where clients come. Default: tcp://localhost:3000")
    private String proxyAddr;

    @Option(
            names = "--proxy-reject-clients",
            arity = "0..1",
            paramLabel = "true|false",
            fallbackValue = "true",
            description = "Answer 503 while it is paused, instead of letting clients wait. Default: false")
    private String rejectClients;

    @Option(
            names = "--proxy-retry-after-interval",
            paramLabel = "TIME",
            description = "The Retry-After of the 503; 0: none. Default: 3s")
    private String retryAfter;

    @Option(
            names = "--proxy-block-poll-interval",
            paramLabel = "TIME",
            description = "Read, and without meaning: nothing is polled.")
    private String blockPoll;

    @Option(
            names = "--proxy-close-poll-interval",
            paramLabel = "TIME",
            description = "Read, and without meaning: nothing is polled.")
    private String closePoll;

    @Option(
            names = "--proxy-tls-ca-cert",
            paramLabel = "FILE",
            description =
                    "Who vouches for clients that get the 503 over TLS. Default: nobody is asked for a certificate")
    private String caCert;

    @Option(
            names = "--proxy-tls-cert",
            paramLabel = "FILE",
            description = "The certificate to send the 503 over TLS with. Default: clear text")
    private String cert;

    @Option(names = "--proxy-tls-key", paramLabel = "FILE", description = "Its key.")
    private String key;

    @Option(
            names = "--control-addr",
            paramLabel = "ADDRESS",
            description = "Where scripts pause and resume. Default: tcp://localhost:3001")
    private String controlAddr;

    @Option(
            names = "--upstream-addr",
            paramLabel = "ADDRESS",
            description = "Where clients go. Default: tcp://localhost:3002")
    private String upstreamAddr;

    /** Those that were given, by the file's names. */
    Map<String, String> given() {
        Map<String, String> all = new HashMap<>();
        all.put(TcpauseConfig.GRACE_PERIOD, gracePeriod);
        all.put(TcpauseConfig.PROXY_ADDR, proxyAddr);
        all.put(TcpauseConfig.REJECT_CLIENTS, rejectClients);
        all.put(TcpauseConfig.RETRY_AFTER, retryAfter);
        all.put(TcpauseConfig.BLOCK_POLL, blockPoll);
        all.put(TcpauseConfig.CLOSE_POLL, closePoll);
        all.put(TcpauseConfig.CA_CERT, caCert);
        all.put(TcpauseConfig.CERT, cert);
        all.put(TcpauseConfig.KEY, key);
        all.put(TcpauseConfig.CONTROL_ADDR, controlAddr);
        all.put(TcpauseConfig.UPSTREAM_ADDR, upstreamAddr);
        all.values().removeIf(value -> value == null);
        return all;
    }
}
