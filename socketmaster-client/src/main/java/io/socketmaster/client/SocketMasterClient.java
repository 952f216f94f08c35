package io.socketmaster.client;

import io.socketmaster.client.forward.ForwardSettings;
import io.socketmaster.client.forward.HealthCheck;
import io.socketmaster.client.forward.ProxyProtocol;
import io.socketmaster.client.session.Address;
import io.socketmaster.client.session.Backoff;
import io.socketmaster.client.session.ClientLoop;
import io.socketmaster.client.session.DaemonAddress;
import io.socketmaster.client.session.RegistrationSettings;
import io.socketmaster.client.session.StreamAcceptor;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Backend;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.protocol.RegistrationOptions.StreamHeader;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Where a service starts: {@code SocketMasterClient.listen(SocketDefinition.http(80, "/shop/"))}.
 *
 * <p>The daemon is at 127.0.0.1:9999 unless the environment variable {@code SOCKETMASTER_ADDR} says otherwise ({@code
 * host:port} or {@code unix:/path}), or {@link Builder#daemon}.
 *
 * <p>All sessions of a process share one daemon thread for their I/O, which never runs application code.
 */
public final class SocketMasterClient {
    private SocketMasterClient() {}

    /** {@link Builder#listen} with the defaults. */
    public static SocketMasterListener listen(SocketDefinition definition) throws IOException {
        return builder().listen(definition);
    }

    /** For everything that a definition does not say. */
    public static Builder builder() {
        return new Builder();
    }

    /** What a service may choose; every choice has a default. Not thread-safe; may be used more than once. */
    public static final class Builder {
        private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
        private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

        private Optional<Address> daemon = Optional.empty();
        private String name = "";
        private String instance = "";
        private Policy policy = Policy.REPLACE;
        private boolean ready = true;
        private Duration hold = RegistrationOptions.DEFAULT_HOLD;
        private Duration drain = RegistrationOptions.DEFAULT_DRAIN;
        private Optional<Backend> backend = Optional.empty();
        private final List<String> hosts = new ArrayList<>();
        private final List<String> sni = new ArrayList<>();
        private List<String> alpn = List.of();
        private int weight = RegistrationOptions.DEFAULT_WEIGHT;
        private String token = "";
        private final Map<String, String> metadata = new LinkedHashMap<>();
        private boolean version2Required;
        private Duration connectTimeout = CONNECT_TIMEOUT;
        private Duration handshakeTimeout = HANDSHAKE_TIMEOUT;
        private Backoff backoff = Backoff.DEFAULT;
        private ListenerEvents events = ListenerEvents.NONE;
        private ProxyProtocol proxyProtocol = ProxyProtocol.NONE;
        private StreamHeader streamHeader = StreamHeader.PROXY_V2;
        private Optional<HealthCheck> healthCheck = Optional.empty();

        private Builder() {}

        /** Where the daemon is: {@code host:port} or {@code unix:/path}; default: see {@link SocketMasterClient}. */
        public Builder daemon(String address) {
            daemon = Optional.of(DaemonAddress.parse(address));
            return this;
        }

        /** The service's name, for people and for takeover; default: derived from the definition. */
        public Builder name(String value) {
            name = Objects.requireNonNull(value, "name");
            return this;
        }

        /** A stable id of this registration, sent again after a reconnect; default: random for each {@code listen}. */
        public Builder instance(String value) {
            instance = Objects.requireNonNull(value, "instance");
            return this;
        }

        /** What happens to a second registration of the same owner and name; default: the newest one has the traffic. */
        public Builder policy(Policy value) {
            policy = Objects.requireNonNull(value, "policy");
            return this;
        }

        /** {@code false}: take traffic only after {@link SocketMasterListener#ready()}; default: at once. */
        public Builder ready(boolean value) {
            ready = value;
            return this;
        }

        /** How long connections wait while the service is away; default 30 s. */
        public Builder hold(Duration value) {
            hold = Objects.requireNonNull(value, "hold");
            return this;
        }

        /** How long what runs may go on after {@code close}, a takeover or an operator's wish; default 30 s. */
        public Builder drain(Duration value) {
            drain = Objects.requireNonNull(value, "drain");
            return this;
        }

        /** What the service speaks on a stream; default: follows from the definition. */
        public Builder backend(Backend value) {
            backend = Optional.of(value);
            return this;
        }

        /**
         * Lets requests of several clients come on one connection, one after the other, as behind most proxies: those without a
         * body and with an idempotent method, while the service answers with {@code Connection: keep-alive}. Saves the work of a
         * connection where clients connect anew for each request. Default: a connection is one client's. A connection is
         * nobody's then, so its remote address is the daemon's, and who the client is stands in the field {@code Forwarded} only.
         *
         * <p>For HTTP only: registering anything else so is {@link ErrorCode#BAD_REQUEST}.
         */
        public Builder sharedStreams() {
            streamHeader = StreamHeader.NONE;
            return this;
        }

        /** Further hosts of the same route: exact, {@code *.suffix} or {@code .suffix}. */
        public Builder hosts(String... values) {
            hosts.addAll(List.of(values));
            return this;
        }

        /** Host names whose TLS connections are passed through unopened. */
        public Builder sni(String... values) {
            sni.addAll(List.of(values));
            return this;
        }

        /**
         * The application protocols that TLS clients of this route are offered, the preferred first; a client that offers
         * others only is refused (RFC 7301). Needs a certificate. For HTTP, {@code h2} and {@code http/1.1} or one of them;
         * default: both. For other TLS any names; default: none, and what a client offers is ignored.
         */
        public Builder alpn(String... protocols) {
            alpn = List.of(protocols);
            return this;
        }

        /** Share of the traffic under {@link Policy#JOIN}, 0 to 1000; default 100. */
        public Builder weight(int value) {
            weight = value;
            return this;
        }

        /** Who asks; never logged. */
        public Builder token(String value) {
            token = Objects.requireNonNull(value, "token");
            return this;
        }

        /** Something to be shown to people beside the service's name. */
        public Builder metadata(String key, String value) {
            metadata.put(key, value);
            return this;
        }

        /**
         * A daemon that speaks version 1 only is an error; default: the library speaks version 1 with it, unless something
         * was chosen here on which the service's meaning hangs: a policy, {@code ready(false)}, hosts, SNI, ALPN or a token.
         */
        public Builder requireVersion2() {
            version2Required = true;
            return this;
        }

        /** How long the connection to the daemon, or of {@link #forwardTo} to the program, may take; default 5 s. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = positive(value, "connectTimeout");
            return this;
        }

        /** How long the daemon may take to answer; default 10 s. */
        public Builder handshakeTimeout(Duration value) {
            handshakeTimeout = positive(value, "handshakeTimeout");
            return this;
        }

        /**
         * How long to wait before connecting again: at most {@code first} before the first attempt, then twice as long each
         * time up to {@code max}, of each a random half taken off; default 50 ms and 5 s.
         */
        public Builder backoff(Duration first, Duration max) {
            backoff = new Backoff(first, max);
            return this;
        }

        /** Who hears what happens to the listener. */
        public Builder events(ListenerEvents value) {
            events = Objects.requireNonNull(value, "events");
            return this;
        }

        /** What the program behind {@link #forwardTo} is told of each client, ahead of its bytes; default: nothing. */
        public Builder proxyProtocol(ProxyProtocol value) {
            proxyProtocol = Objects.requireNonNull(value, "proxyProtocol");
            return this;
        }

        /** How it is found out whether the program behind {@link #forwardTo} is well; default: it is not looked at. */
        public Builder healthCheck(HealthCheck value) {
            healthCheck = Optional.of(value);
            return this;
        }

        private static Duration positive(Duration value, String name) {
            if (value.isNegative() || value.isZero() || value.toMillis() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(name + " " + value + " is not positive, or longer than 24 days");
            }
            return value;
        }

        /**
         * Registers and waits until the registration stands.
         *
         * @throws SocketMasterException with the daemon's refusal, or {@link ErrorCode#UNAVAILABLE} if there is no daemon
         * @throws java.io.InterruptedIOException if the thread is interrupted, as which it stays marked
         */
        public SocketMasterListener listen(SocketDefinition definition) throws IOException {
            requireOffLoop();
            SocketMasterListener listener = SocketMasterListener.start(settings(definition), Optional.empty(), events);
            listener.awaitStarted();
            return listener;
        }

        /**
         * Registers without waiting.
         *
         * @return completes on the thread of {@link ListenerEvents}; fails with what {@link #listen} throws
         */
        public CompletableFuture<SocketMasterListener> listenAsync(SocketDefinition definition) {
            return listenAsync(definition, Optional.empty());
        }

        /** The same for adapters such as {@code client.netty}: connections go to {@code acceptor} instead of a queue. */
        public CompletableFuture<SocketMasterListener> listenAsync(
                SocketDefinition definition, StreamAcceptor acceptor) {
            return listenAsync(definition, Optional.of(acceptor));
        }

        private CompletableFuture<SocketMasterListener> listenAsync(
                SocketDefinition definition, Optional<StreamAcceptor> acceptor) {
            try {
                return SocketMasterListener.start(settings(definition), acceptor, events)
                        .started();
            } catch (SocketMasterException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        /**
         * Registers, and passes every connection on to a program that listens at {@code program}: any Java server is reached
         * through a port of its own, and any other program too. Half-close, reset and backpressure pass through. Traffic
         * comes when the program answers; while it does not, connections wait at the daemon. Needs a daemon that speaks
         * version 2.
         *
         * @param program a host name is looked up when it is connected to, also if the address is resolved already
         * @throws SocketMasterException as {@link #listen}
         * @throws IllegalArgumentException if the program's address is the one that the definition wants the daemon to listen
         *     on: each connection would come back to it
         */
        public Forwarding forwardTo(SocketDefinition definition, InetSocketAddress program) throws IOException {
            return forwardTo(definition, Address.of(program));
        }

        /** The same with a program that listens on a Unix socket. */
        public Forwarding forwardTo(SocketDefinition definition, UnixDomainSocketAddress program) throws IOException {
            return forwardTo(definition, Address.of(program));
        }

        private Forwarding forwardTo(SocketDefinition definition, Address program) throws IOException {
            requireOffLoop();
            ForwardSettings forward = new ForwardSettings(program, proxyProtocol, healthCheck, connectTimeout);
            RegistrationSettings registration = settings(definition);
            OwnAddress.refuse(registration, program);
            return Forwarding.start(registration.withReady(false), forward, events);
        }

        private static void requireOffLoop() {
            if (ClientLoop.shared().inEventLoop()) {
                throw new IllegalStateException("registering waits, and must not be done on the library's event loop");
            }
        }

        private RegistrationSettings settings(SocketDefinition definition) throws SocketMasterException {
            requireHttpForSharedStreams(definition);
            RegistrationOptions options = new RegistrationOptions(
                    name,
                    instance.isEmpty() ? UUID.randomUUID().toString() : instance,
                    policy,
                    ready,
                    hold,
                    drain,
                    backend,
                    streamHeader,
                    sni,
                    hosts,
                    alpn,
                    weight,
                    token,
                    metadata,
                    clientName());
            return new RegistrationSettings(
                    daemonAddress(), definition, options, version2Required, connectTimeout, handshakeTimeout, backoff);
        }

        private void requireHttpForSharedStreams(SocketDefinition definition) throws SocketMasterException {
            boolean shared = streamHeader == StreamHeader.NONE;
            if (shared && definition.http().isEmpty()) {
                throw refused(
                        "sharedStreams() is for HTTP, but the definition is for TCP, where a stream is one client's"
                                + " connection from its first byte to its last; leave it out, or use SocketDefinition.http");
            }
            if (shared && proxyProtocol != ProxyProtocol.NONE) {
                throw refused("proxyProtocol(" + proxyProtocol + ") names the client of each connection, but with"
                        + " sharedStreams() a connection has no client; leave one of them out");
            }
        }

        private static SocketMasterException refused(String reason) {
            return new SocketMasterException(ErrorCode.BAD_REQUEST, reason, null);
        }

        private Address daemonAddress() throws SocketMasterException {
            try {
                return daemon.orElseGet(() -> DaemonAddress.fromEnvironment(System.getenv()));
            } catch (IllegalArgumentException e) {
                throw new SocketMasterException(ErrorCode.BAD_REQUEST, e.getMessage(), e);
            }
        }

        /** The jar's manifest knows the version. */
        private static String clientName() {
            String version = SocketMasterClient.class.getPackage().getImplementationVersion();
            return version == null ? "socketmaster-java" : "socketmaster-java/" + version;
        }
    }
}
