package io.socketmaster.server.events;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Passes every event on to several listeners, in their order. One that throws does not silence the others, and does not
 * harm the caller: its exception goes to the thread's uncaught-exception handler. Immutable; any thread.
 */
public final class CompositeEvents implements DaemonEvents {
    private final List<DaemonEvents> listeners;

    public CompositeEvents(List<DaemonEvents> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public void listenerBound(SocketAddress address) {
        tell(each -> each.listenerBound(address));
    }

    @Override
    public void listenerClosed(SocketAddress address, String reason) {
        tell(each -> each.listenerClosed(address, reason));
    }

    @Override
    public void connectionTurnedAway(SocketAddress port, String reason) {
        tell(each -> each.connectionTurnedAway(port, reason));
    }

    @Override
    public void acceptFailed(SocketAddress port, String reason) {
        tell(each -> each.acceptFailed(port, reason));
    }

    @Override
    public void memoryChanged(String state, int tcpPercent, int bufferPercent) {
        tell(each -> each.memoryChanged(state, tcpPercent, bufferPercent));
    }

    @Override
    public void stalledClientReset(SocketAddress port, long stalledNanos) {
        tell(each -> each.stalledClientReset(port, stalledNanos));
    }

    @Override
    public void sessionOpened(String sessionId, String peer, String client) {
        tell(each -> each.sessionOpened(sessionId, peer, client));
    }

    @Override
    public void laneOpened(String sessionId, String peer) {
        tell(each -> each.laneOpened(sessionId, peer));
    }

    @Override
    public void sessionClosed(String sessionId, String cause) {
        tell(each -> each.sessionClosed(sessionId, cause));
    }

    @Override
    public void registered(String service, int generation, String sessionId, String policy) {
        tell(each -> each.registered(service, generation, sessionId, policy));
    }

    @Override
    public void registrationRefused(String peer, String code, String sentence) {
        tell(each -> each.registrationRefused(peer, code, sentence));
    }

    @Override
    public void generationReady(String service, int generation, String sessionId) {
        tell(each -> each.generationReady(service, generation, sessionId));
    }

    @Override
    public void generationUpdated(String service, int generation, String sessionId) {
        tell(each -> each.generationUpdated(service, generation, sessionId));
    }

    @Override
    public void generationSwapped(String service, int from, int to) {
        tell(each -> each.generationSwapped(service, from, to));
    }

    @Override
    public void generationTakenBack(String service, int generation, String sessionId) {
        tell(each -> each.generationTakenBack(service, generation, sessionId));
    }

    @Override
    public void generationStandsBy(String service, int generation, String sessionId, int inFlight) {
        tell(each -> each.generationStandsBy(service, generation, sessionId, inFlight));
    }

    @Override
    public void generationDraining(
            String service, int generation, String sessionId, String reason, int inFlight, Duration deadline) {
        tell(each -> each.generationDraining(service, generation, sessionId, reason, inFlight, deadline));
    }

    @Override
    public void generationDrained(String service, int generation, String sessionId) {
        tell(each -> each.generationDrained(service, generation, sessionId));
    }

    @Override
    public void generationGone(String service, int generation, String sessionId, String cause, int inFlight) {
        tell(each -> each.generationGone(service, generation, sessionId, cause, inFlight));
    }

    @Override
    public void serviceServing(String service, int held) {
        tell(each -> each.serviceServing(service, held));
    }

    @Override
    public void serviceAbsent(String service, Duration hold, String cause) {
        tell(each -> each.serviceAbsent(service, hold, cause));
    }

    @Override
    public void serviceExpired(String service) {
        tell(each -> each.serviceExpired(service));
    }

    @Override
    public void held(String service, int heldNow) {
        tell(each -> each.held(service, heldNow));
    }

    @Override
    public void released(String service, String sessionId, long waitedNanos) {
        tell(each -> each.released(service, sessionId, waitedNanos));
    }

    @Override
    public void refused(String service, String reason, String sentence) {
        tell(each -> each.refused(service, reason, sentence));
    }

    @Override
    public void paused(String service, String mode, Optional<Duration> ttl, String reason) {
        tell(each -> each.paused(service, mode, ttl, reason));
    }

    @Override
    public void resumed(String service, String cause) {
        tell(each -> each.resumed(service, cause));
    }

    @Override
    public void requestFinished(String service, String sessionId, String method, int status, long durationNanos) {
        tell(each -> each.requestFinished(service, sessionId, method, status, durationNanos));
    }

    @Override
    public void connectionFinished(
            String service, String sessionId, long bytesFromClient, long bytesToClient, long durationNanos) {
        tell(each -> each.connectionFinished(service, sessionId, bytesFromClient, bytesToClient, durationNanos));
    }

    @Override
    public void connectionReplayed(String service, String sessionId) {
        tell(each -> each.connectionReplayed(service, sessionId));
    }

    @Override
    public void messageIgnored(String sessionId, String type) {
        tell(each -> each.messageIgnored(sessionId, type));
    }

    @Override
    public void fault(String where, Throwable fault) {
        tell(each -> each.fault(where, fault));
    }

    private void tell(Consumer<DaemonEvents> event) {
        for (DaemonEvents listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException e) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }
}
