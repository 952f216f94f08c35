package io.socketmaster.server.control;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import io.socketmaster.server.listener.ListenAddress;
import io.socketmaster.server.listener.PublicListeners;
import io.socketmaster.server.listener.RouteKind;
import io.socketmaster.server.listener.RouteSpec;
import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.route.HostPattern;
import io.socketmaster.server.route.PathPrefix;
import io.socketmaster.server.service.Generation;
import io.socketmaster.server.service.Timeline;
import io.socketmaster.server.tls.TlsContexts;
import io.socketmaster.server.tls.TlsIdentity;
import io.socketmaster.server.tls.TlsIdentityReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Turns a request into a registration, in the contract's order (section 1): check it, bind the port, install the route;
 * whoever answers the service does so after that. Checking keys and looking up host names takes a moment and happens on
 * the preparation threads, the rest on the registry thread, one registration after the other.
 */
final class Registrar {
    private static final List<String> HTTPS_PROTOCOLS = List.of("h2", "http/1.1");

    /** Whoever reaches the control socket: callers are not told apart yet. */
    private static final String OWNER = "local";

    private final Timeline timeline;
    private final PublicListeners listeners;
    private final TlsContexts tlsContexts;
    private final Executor preparation;

    Registrar(Timeline timeline, PublicListeners listeners, TlsContexts tlsContexts, Executor preparation) {
        this.timeline = timeline;
        this.listeners = listeners;
        this.tlsContexts = tlsContexts;
        this.preparation = preparation;
    }

    /** Any thread. Completes exceptionally with a {@link ProtocolException}, bare or as a cause. */
    CompletableFuture<Registration> register(HandshakeRequest request, ControlSession session) {
        return CompletableFuture.supplyAsync(() -> check(request), preparation)
                .thenComposeAsync(checked -> install(checked, session), timeline);
    }

    private CompletableFuture<Registration> install(Checked checked, ControlSession session) {
        return listeners.prepare(checked.spec()).thenApply(place -> {
            try {
                return new Registration(
                        place,
                        place.install(session, checked.options(), OWNER),
                        place.bound(),
                        place.describe(),
                        checked.warnings());
            } catch (ProtocolException e) {
                throw new CompletionException(e);
            }
        });
    }

    /**
     * Changes a registration that stands: all that is asked for, or nothing. Any thread.
     *
     * @return completes with warnings; exceptionally with a {@link ProtocolException}, bare or as a cause
     */
    CompletableFuture<List<String>> update(Registration registration, ControlMessage.Update change) {
        RouteKind kind = registration.place().kind();
        List<String> alpn = registration.generation().options().alpn();
        return CompletableFuture.supplyAsync(() -> renewed(change, kind, alpn), preparation)
                .thenApplyAsync(
                        renewed -> {
                            try {
                                return apply(registration, change, renewed);
                            } catch (ProtocolException e) {
                                throw new CompletionException(e);
                            }
                        },
                        timeline);
    }

    private record Renewed(Optional<RouteSpec.Tls> tls, List<String> warnings) {}

    private Renewed renewed(ControlMessage.Update change, RouteKind kind, List<String> alpn) {
        if (change.tls().isEmpty()) {
            return new Renewed(Optional.empty(), List.of());
        }
        try {
            if (kind != RouteKind.HTTPS && kind != RouteKind.TLS) {
                throw new ProtocolException(
                        ErrorCode.BAD_REQUEST,
                        "this service registered without a certificate, so there is none to renew; register again with one");
            }
            TlsIdentity identity = TlsIdentityReader.read(change.tls().get(), Instant.now());
            return new Renewed(Optional.of(tls(identity, kind, alpn)), identity.warnings());
        } catch (ProtocolException e) {
            throw new CompletionException(e);
        }
    }

    private static List<String> apply(Registration registration, ControlMessage.Update change, Renewed renewed)
            throws ProtocolException {
        Generation<StreamUpstream> generation = registration.generation();
        RegistrationOptions options = generation.options();
        RegistrationOptions changed = options.withWeight(change.weight().orElse(options.weight()))
                .withMetadata(change.metadata().orElse(options.metadata()));
        if (!generation.isLive()) {
            throw new ProtocolException(
                    ErrorCode.UNAVAILABLE,
                    "generation " + generation.number() + " is leaving, and has no say in its route any more");
        }
        if (renewed.tls().isPresent()) {
            registration.place().renewTls(renewed.tls().get());
        }
        generation.update(changed);
        return renewed.warnings();
    }

    private record Checked(RouteSpec spec, RegistrationOptions options, List<String> warnings) {}

    private Checked check(HandshakeRequest request) {
        try {
            SocketDefinition definition = request.definition();
            RegistrationOptions options = request.options().orElse(RegistrationOptions.DEFAULTS);
            RouteKind kind = kind(definition, options);
            checkBackend(options, kind);
            checkAlpn(options, kind);
            Optional<TlsIdentity> identity = identity(definition);
            RouteSpec spec = new RouteSpec(
                    options.name(),
                    ListenAddress.of(definition.address(), definition.port()),
                    kind,
                    hosts(definition, options, kind),
                    definition.http().isPresent()
                            ? PathPrefix.parse(definition.http().get().pathPrefix())
                            : PathPrefix.ROOT,
                    identity.isPresent() ? Optional.of(tls(identity.get(), kind, options.alpn())) : Optional.empty());
            return new Checked(
                    spec, options, identity.map(TlsIdentity::warnings).orElse(List.of()));
        } catch (IllegalArgumentException e) {
            throw new CompletionException(new ProtocolException(ErrorCode.BAD_REQUEST, e.getMessage(), e));
        } catch (ProtocolException e) {
            throw new CompletionException(e);
        }
    }

    /** HTTP/2 to a service is for requests. */
    private static void checkBackend(RegistrationOptions options, RouteKind kind) throws ProtocolException {
        if (!options.backend().equals(Optional.of(RegistrationOptions.Backend.H2C))) {
            return;
        }
        if (kind != RouteKind.HTTP && kind != RouteKind.HTTPS) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST, "the backend h2c takes requests; register it with http, or leave it out");
        }
    }

    /** What is inside TLS is the service's to say, but for HTTP, which the daemon reads. */
    private static void checkAlpn(RegistrationOptions options, RouteKind kind) throws ProtocolException {
        if (options.alpn().isEmpty()) {
            return;
        }
        if (kind != RouteKind.HTTPS && kind != RouteKind.TLS) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    "alpn is for TLS that the daemon ends; register with a certificate, or leave alpn out");
        }
        if (kind == RouteKind.HTTPS && !HTTPS_PROTOCOLS.containsAll(options.alpn())) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    "alpn is " + String.join(", ", options.alpn()) + ", but for HTTP the daemon speaks "
                            + String.join(" and ", HTTPS_PROTOCOLS)
                            + "; leave out the others, or register TLS without http");
        }
    }

    private static RouteKind kind(SocketDefinition definition, RegistrationOptions options) throws ProtocolException {
        boolean http = definition.http().isPresent();
        boolean tls = definition.tls().isPresent();
        if (!options.sni().isEmpty()) {
            if (http || tls) {
                throw new ProtocolException(
                        ErrorCode.BAD_REQUEST,
                        "sni passes TLS through unopened, so it goes with neither http nor a certificate; leave either"
                                + " sni or those out");
            }
            return RouteKind.PASSTHROUGH;
        }
        if (http) {
            return tls ? RouteKind.HTTPS : RouteKind.HTTP;
        }
        return tls ? RouteKind.TLS : RouteKind.TCP;
    }

    private static List<HostPattern> hosts(SocketDefinition definition, RegistrationOptions options, RouteKind kind)
            throws ProtocolException {
        List<HostPattern> hosts = new ArrayList<>();
        definition.http().ifPresent(http -> {
            if (!http.domainSuffix().isEmpty() || options.hosts().isEmpty()) {
                hosts.add(HostPattern.parseSuffix(http.domainSuffix()));
            }
        });
        for (String name : options.sni()) {
            HostPattern pattern = HostPattern.parse(name);
            if (pattern.host().isIpLiteral()) {
                throw new ProtocolException(
                        ErrorCode.BAD_REQUEST,
                        "sni " + name
                                + " is an address, which a TLS client never sends as a server name (RFC 6066 section 3);"
                                + " name the hosts, or register plain TCP without sni");
            }
            hosts.add(pattern);
        }
        if (kind == RouteKind.TCP && !options.hosts().isEmpty()) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    "hosts needs HTTP or TLS: plain TCP connections do not say which host they are for");
        }
        options.hosts().forEach(host -> hosts.add(HostPattern.parse(host)));
        if (hosts.isEmpty()) {
            hosts.add(HostPattern.ANY);
        }
        return hosts;
    }

    private static Optional<TlsIdentity> identity(SocketDefinition definition) throws ProtocolException {
        return definition.tls().isPresent()
                ? Optional.of(TlsIdentityReader.read(definition.tls().get(), Instant.now()))
                : Optional.empty();
    }

    private RouteSpec.Tls tls(TlsIdentity identity, RouteKind kind, List<String> wanted) throws ProtocolException {
        List<String> alpn = wanted.isEmpty() && kind == RouteKind.HTTPS ? HTTPS_PROTOCOLS : wanted;
        return new RouteSpec.Tls(
                tlsContexts.server(identity, alpn),
                identity.names().stream().map(HostPattern::parse).toList(),
                alpn);
    }
}
