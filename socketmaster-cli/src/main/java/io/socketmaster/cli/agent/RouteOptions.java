package io.socketmaster.cli.agent;

import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.forward.ProxyProtocol;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Which traffic is wanted and how it is treated: what {@code forward} and {@code run} share. */
final class RouteOptions {
    /** Plain TCP connections may be somebody's database session. */
    private static final Duration DEFAULT_DRAIN_OF_TCP = Duration.ofMinutes(10);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description =
                    "The public port; 0 takes any free one and prints it. Needed, unless --address is a Unix socket.")
    private Integer port;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            defaultValue = "",
            description = "The public address to listen on: an IP address, a host name, or unix:PATH. Default: every"
                    + " address of the machine")
    private String address;

    @Option(
            names = "--domain",
            paramLabel = "HOST",
            description =
                    "HTTP requests for this host and all below it; may be given more than once. Default: every host")
    private List<String> domains = List.of();

    @Option(
            names = "--path",
            paramLabel = "PATH",
            description =
                    "HTTP requests for this path and all below it: /a takes /a and /a/b, never /ab. Without --domain"
                            + " and --path the route is plain TCP; '--path /' takes every HTTP request.")
    private String path;

    @Option(
            names = "--sni",
            paramLabel = "HOST",
            description = "TLS connections for this host, passed through unopened; may be given more than once.")
    private List<String> sni = List.of();

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "The certificate chain (PEM), to have the daemon end TLS; with --key.")
    private Path cert;

    @Option(names = "--key", paramLabel = "FILE", description = "The certificate's private key (PEM).")
    private Path key;

    @Option(
            names = "--alpn",
            paramLabel = "PROTOCOL",
            split = ",",
            description =
                    "The application protocols that TLS clients are offered, the preferred first; with --cert. For HTTP,"
                            + " h2 and http/1.1 or one of them; default: both. For other TLS any; default: none")
    private List<String> alpn = List.of();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "",
            description = "The service's name, for people and for takeover. Default: its kind, port, host and path")
    private String name;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            defaultValue = "replace",
            converter = PolicyConverter.class,
            description =
                    "What happens to others of the same name: replace takes the traffic from them, join shares it,"
                            + " exclusive refuses a second one, standby waits until they are gone. Default: replace")
    private Policy policy;

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long connections wait while the program is away. Default: 30s")
    private Duration hold;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            description = "How long what runs may take after a takeover or a stop. Default: 30s for HTTP, 10m for TCP")
    private Duration drain;

    @Option(
            names = "--proxy-protocol",
            paramLabel = "VERSION",
            defaultValue = "none",
            converter = ProxyProtocolConverter.class,
            description =
                    "Tell the program the client's address ahead of its bytes, in the PROXY protocol: v1, v2 or none."
                            + " Default: none")
    private ProxyProtocol proxyProtocol;

    @Option(
            names = "--shared-streams",
            description =
                    "For HTTP: a connection to the program may carry requests of several clients, one after the other, while the"
                            + " program answers with Connection: keep-alive. Default: a connection is one client's")
    private boolean sharedStreams;

    @Option(
            names = "--daemon",
            paramLabel = "ADDRESS",
            description = "Where the daemon is: HOST:PORT or unix:PATH. Default: SOCKETMASTER_ADDR, or 127.0.0.1:9999")
    private String daemon;

    /**
     * Checks what was given, as a whole.
     *
     * @throws ParameterException naming the fault and the remedy
     */
    SocketDefinition definition() {
        boolean http = !domains.isEmpty() || path != null;
        boolean unix = address.startsWith("unix:");
        if (port == null && !unix) {
            throw wrong("say which public port is wanted, such as --port 8080");
        }
        if (unix && port != null && port != 0) {
            throw wrong("a Unix socket has no port; leave out --port, or name an IP address");
        }
        if (domains.stream().anyMatch(domain -> domain.startsWith("*."))) {
            throw wrong("--domain takes the host and everything below it, without an asterisk: --domain example.com");
        }
        if (!sni.isEmpty() && (http || cert != null || key != null)) {
            throw wrong(
                    "--sni passes TLS through unopened, so it goes with none of --domain, --path, --cert and --key");
        }
        if ((cert == null) != (key == null)) {
            throw wrong((cert == null ? "--key needs --cert" : "--cert needs --key") + "; give both, or neither");
        }
        if (!alpn.isEmpty() && cert == null) {
            throw wrong("--alpn is for TLS that the daemon ends; give --cert and --key, or leave it out");
        }
        if (sharedStreams && !http) {
            throw wrong("--shared-streams is for HTTP; give --path or --domain, or leave it out");
        }
        if (sharedStreams && proxyProtocol != ProxyProtocol.NONE) {
            throw wrong(
                    "--proxy-protocol names the client of each connection, but with --shared-streams a connection has no"
                            + " client; leave one of them out");
        }
        SocketDefinition definition = whereAndWhat(http);
        return cert == null ? definition : definition.withTls(pem("--cert", cert), pem("--key", key));
    }

    private SocketDefinition whereAndWhat(boolean http) {
        try {
            SocketDefinition definition =
                    SocketDefinition.tcp(port == null ? 0 : port).withAddress(address);
            if (http) {
                definition = definition
                        .withDomain(domains.isEmpty() ? "" : domains.get(0))
                        .withPath(path == null ? "" : path);
            }
            return definition;
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    /** A client that registers {@code definition} as was asked for. */
    SocketMasterClient.Builder client(SocketDefinition definition) {
        SocketMasterClient.Builder client = SocketMasterClient.builder()
                .name(name)
                .policy(policy)
                .hold(hold)
                .drain(drain != null ? drain : defaultDrain(definition))
                .sni(sni.toArray(String[]::new))
                .hosts(furtherHosts())
                .alpn(alpn.toArray(String[]::new))
                .proxyProtocol(proxyProtocol);
        if (sharedStreams) {
            client.sharedStreams();
        }
        try {
            return daemon == null ? client : client.daemon(daemon);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private static Duration defaultDrain(SocketDefinition definition) {
        return definition.http().isPresent() ? RegistrationOptions.DEFAULT_DRAIN : DEFAULT_DRAIN_OF_TCP;
    }

    private String[] furtherHosts() {
        List<String> hosts = new ArrayList<>();
        for (String domain : domains.subList(Math.min(1, domains.size()), domains.size())) {
            hosts.add(domain.startsWith(".") ? domain : "." + domain);
        }
        return hosts.toArray(String[]::new);
    }

    private String pem(String option, Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw wrong(option + ": there is no file " + file + "; say where the PEM file is");
        } catch (IOException e) {
            throw wrong(option + ": " + file + " cannot be read (" + e.getMessage()
                    + "); give a PEM file, readable for " + System.getProperty("user.name"));
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    /** {@code replace}, {@code join}, {@code exclusive}, {@code standby}. */
    static final class PolicyConverter implements ITypeConverter<Policy> {
        @Override
        public Policy convert(String text) {
            try {
                return Policy.valueOf(text.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "'" + text + "' is not a policy; write replace, join, exclusive or standby");
            }
        }
    }

    /** {@code v1}, {@code v2}, {@code none}. */
    static final class ProxyProtocolConverter implements ITypeConverter<ProxyProtocol> {
        @Override
        public ProxyProtocol convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "none" -> ProxyProtocol.NONE;
                case "v1", "1" -> ProxyProtocol.V1;
                case "v2", "2" -> ProxyProtocol.V2;
                default ->
                    throw new TypeConversionException(
                            "'" + text + "' is not a version of the PROXY protocol; write v1, v2 or none");
            };
        }
    }
}
