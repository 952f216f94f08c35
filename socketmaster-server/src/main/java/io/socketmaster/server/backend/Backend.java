package io.socketmaster.server.backend;

import io.netty.channel.Channel;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.server.listener.ListenAddress;
import io.socketmaster.server.listener.PublicListeners;
import io.socketmaster.server.listener.RouteSpec;
import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.service.Generation;
import io.socketmaster.server.service.Service;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;

/**
 * One plain backend on its place: which generation of the service is its own, and what happens when that one's address
 * refuses. Then a next generation stands by, so that the route stays and who comes waits; as long as somebody waits, the
 * address is tried, and when it answers, or when nobody waits any more and the next one may find out, that generation is
 * ready. Connections that stood stay.
 *
 * <p>Registry thread, which owns all fields.
 */
final class Backend implements BackendSession.Owner {
    /** Whoever reaches the control socket, as for services: callers are not told apart yet. */
    private static final String OWNER = "local";

    private final Backends all;
    private final PublicListeners.Place place;
    private BackendSpec spec;
    private BackendSession session;
    private Generation<StreamUpstream> generation;
    /** Attempts in a row that failed; 0 while the address is reachable as far as is known. */
    private int failures;

    private Backend(Backends all, PublicListeners.Place place, BackendSpec spec) {
        this.all = all;
        this.place = place;
        this.spec = spec;
    }

    static RouteSpec route(BackendSpec spec) {
        return RouteSpec.tcp(spec.name(), spec.listen(), spec.rejection());
    }

    /**
     * Installs the route; from then on connections are taken.
     *
     * @throws ProtocolException if it cannot be told apart from what is there; nothing is changed then
     */
    static Backend install(Backends all, PublicListeners.Place place, BackendSpec spec, SocketAddress target)
            throws ProtocolException {
        Backend backend = new Backend(all, place, spec);
        backend.next(spec, target);
        backend.generation.ready();
        return backend;
    }

    BackendSpec spec() {
        return spec;
    }

    /** Where its clients come, with the port that is really bound. */
    ListenAddress listen() {
        return place.address();
    }

    Service<StreamUpstream> service() {
        return place.service();
    }

    /**
     * Sends new connections to another address, in one step; those that stand finish where they are. That address being
     * wrong does not bring the old one back: who comes waits until it answers, or until the next switch.
     */
    void switchTo(BackendSpec wanted, SocketAddress target) throws ProtocolException {
        Generation<StreamUpstream> old = generation;
        next(wanted, target);
        failures = 0;
        generation.ready();
        old.drain("switched to " + wanted.backend());
    }

    private void next(BackendSpec wanted, SocketAddress target) throws ProtocolException {
        BackendSession newSession = all.newSession(wanted.backend(), this);
        newSession.reachAt(target);
        generation = place.install(newSession, options(wanted), OWNER);
        session = newSession;
        spec = wanted;
    }

    private static RegistrationOptions options(BackendSpec spec) {
        RegistrationOptions defaults = RegistrationOptions.DEFAULTS;
        return new RegistrationOptions(
                spec.name(),
                defaults.instance(),
                Policy.REPLACE,
                defaults.ready(),
                spec.hold(),
                defaults.drain(),
                defaults.backend(),
                defaults.streamHeader(),
                defaults.sni(),
                defaults.hosts(),
                defaults.alpn(),
                defaults.weight(),
                defaults.token(),
                defaults.metadata(),
                defaults.client());
    }

    /** Takes the route away, unless somebody else serves it: then only this backend leaves. */
    void remove(String reason) {
        boolean alone = service().generations().stream().allMatch(each -> each.upstream() instanceof BackendSession);
        if (alone) {
            place.withdraw(reason);
        } else {
            generation.drain(reason);
        }
    }

    /** Whether a session's connections go where new ones go. */
    boolean isCurrent(StreamUpstream upstream) {
        return upstream instanceof BackendSession one && one.address().equals(spec.backend());
    }

    BackendStatus status() {
        int current = service().inFlight(this::isCurrent);
        return new BackendStatus(
                spec.name(),
                place.bound(),
                spec.backend(),
                session.sessionId(),
                failures == 0,
                current,
                service().inFlight() - current,
                service().held());
    }

    // --- from its sessions, on any thread

    @Override
    public void onStream(Channel stream) {
        all.streams().add(stream);
    }

    @Override
    public void onRefused(BackendSession refused, String reason) {
        later(() -> standBy(refused, reason));
    }

    @Override
    public void onEnded(BackendSession ended, String reason) {
        later(() -> {
            if (ended == session) {
                all.forget(this);
            }
        });
    }

    private void later(Runnable change) {
        try {
            all.timeline().execute(change);
        } catch (RejectedExecutionException stopped) {
            // The daemon is gone, and every backend with it.
            return;
        }
    }

    // --- registry thread

    private void standBy(BackendSession refused, String reason) {
        if (refused != session || failures > 0 || !all.holds(this)) {
            return; // one of many that were refused at once, or of an address that is left already
        }
        Generation<StreamUpstream> old = generation;
        try {
            next(spec, refused.target());
        } catch (ProtocolException tooMany) {
            all.fault(spec.name(), tooMany);
            return;
        }
        old.gone(reason);
        tryOutLater(session);
    }

    /** Never at once: whoever was refused has to be waiting by then, or nobody seems to. */
    private void tryOutLater(BackendSession standby) {
        failures++;
        all.timeline().schedule(all.settings().pauseAfter(failures), () -> tryOut(standby));
    }

    private void tryOut(BackendSession standby) {
        if (!isStandingBy(standby)) {
            return;
        }
        all.reach()
                .tryOut(standby.address())
                .whenComplete((target, failure) -> later(() -> {
                    if (!isStandingBy(standby)) {
                        return;
                    }
                    if (failure == null) {
                        standby.reachAt(target);
                        becomeReady();
                    } else if (service().held() == 0) {
                        becomeReady();
                    } else {
                        tryOutLater(standby);
                    }
                }));
    }

    private boolean isStandingBy(BackendSession standby) {
        return standby == session && failures > 0 && all.holds(this);
    }

    private void becomeReady() {
        failures = 0;
        generation.ready();
    }
}
