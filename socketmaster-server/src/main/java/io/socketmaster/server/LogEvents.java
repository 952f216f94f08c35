package io.socketmaster.server;

import io.netty.util.NetUtil;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.http.AccessLine;
import io.socketmaster.server.http.ExchangeSummary;
import io.socketmaster.server.http.HttpEvents;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events as log lines: the event's name in a fixed column, what it is about, then {@code key=value} in a fixed order. One
 * line per event; what clients can cause often is limited to some lines a second. Thread-safe.
 */
public final class LogEvents implements DaemonEvents, HttpEvents {
    private static final Logger LOG = LoggerFactory.getLogger("socketmaster");

    /** Lines a second of events that strangers cause. */
    private static final int PER_SECOND = 20;

    private final boolean accessLog;
    private final RateLimit strangers = new RateLimit(PER_SECOND, System::nanoTime);

    /** @param accessLog whether each request gets a line */
    public LogEvents(boolean accessLog) {
        this.accessLog = accessLog;
    }

    private static void line(String event, String rest, Object... values) {
        LOG.info(String.format("%-13s ", event) + rest, values);
    }

    private void rareLine(String event, String rest, Object... values) {
        long keptBack = strangers.tryPass();
        if (keptBack >= 0) {
            line(event, rest + (keptBack > 0 ? " (and " + keptBack + " lines like it)" : ""), values);
        }
    }

    // --- the daemon itself

    public void started(InetSocketAddress control, Optional<Path> unix) {
        line("listening", "{} unix={}", text(control), unix.map(Path::toString).orElse("none"));
    }

    /** @param library what it is called and, if it is the slower one, why it is used */
    public void tls(String library) {
        line("tls", "{}", library);
    }

    public void stopping(Duration grace) {
        line("stopping", "grace={}s", grace.toSeconds());
    }

    public void stopped() {
        line("stopped", "");
    }

    @Override
    public void fault(String where, Throwable fault) {
        LOG.error(String.format("%-13s ", "fault") + where, fault);
    }

    // --- public ports

    @Override
    public void listenerBound(SocketAddress address) {
        line("port-open", "{}", text(address));
    }

    @Override
    public void listenerClosed(SocketAddress address, String reason) {
        line("port-closed", "{} reason=\"{}\"", text(address), reason);
    }

    @Override
    public void connectionTurnedAway(SocketAddress port, String reason) {
        rareLine("turned-away", "{} reason=FULL {}", text(port), reason);
    }

    @Override
    public void acceptFailed(SocketAddress port, String reason) {
        rareLine(
                "accept-failed",
                "{} reason=\"{}\" newcomers wait; the next attempt is in a second",
                text(port),
                reason);
    }

    @Override
    public void memoryChanged(String state, int tcpPercent, int bufferPercent) {
        rareLine("memory", "{} tcp={}% buffers={}%", state, tcpPercent, bufferPercent);
    }

    @Override
    public void stalledClientReset(SocketAddress port, long stalledNanos) {
        rareLine(
                "turned-away",
                "{} reason=STALLED a client took nothing for {} ms and memory is short",
                text(port),
                TimeUnit.NANOSECONDS.toMillis(stalledNanos));
    }

    // --- sessions

    @Override
    public void sessionOpened(String sessionId, String peer, String client) {
        line("session-open", "{} peer={} client={}", sessionId, peer, client.isEmpty() ? "-" : client);
    }

    @Override
    public void laneOpened(String sessionId, String peer) {
        line("session-lane", "{} peer={}", sessionId, peer);
    }

    @Override
    public void sessionClosed(String sessionId, String cause) {
        line("session-end", "{} reason=\"{}\"", sessionId, cause);
    }

    @Override
    public void messageIgnored(String sessionId, String type) {
        LOG.debug("{} sent a message of type {}, which means nothing here", sessionId, type);
    }

    // --- registrations and generations

    @Override
    public void registered(String service, int generation, String sessionId, String policy) {
        line("registered", "{} generation={} session={} policy={}", service, generation, sessionId, policy);
    }

    @Override
    public void registrationRefused(String peer, String code, String sentence) {
        rareLine("refused", "{} code={} reason=\"{}\"", peer, code, sentence);
    }

    @Override
    public void generationReady(String service, int generation, String sessionId) {
        line("ready", "{} generation={} session={}", service, generation, sessionId);
    }

    @Override
    public void generationUpdated(String service, int generation, String sessionId) {
        line("updated", "{} generation={} session={}", service, generation, sessionId);
    }

    @Override
    public void generationSwapped(String service, int from, int to) {
        line("swapped", "{} from={} to={}", service, from, to);
    }

    @Override
    public void generationTakenBack(String service, int generation, String sessionId) {
        line("taken-back", "{} generation={} session={}", service, generation, sessionId);
    }

    @Override
    public void generationStandsBy(String service, int generation, String sessionId, int inFlight) {
        line("stands-by", "{} generation={} session={} in-flight={}", service, generation, sessionId, inFlight);
    }

    @Override
    public void generationDraining(
            String service, int generation, String sessionId, String reason, int inFlight, Duration deadline) {
        line(
                "draining",
                "{} generation={} session={} in-flight={} deadline={}s reason=\"{}\"",
                service,
                generation,
                sessionId,
                inFlight,
                deadline.toSeconds(),
                reason);
    }

    @Override
    public void generationDrained(String service, int generation, String sessionId) {
        line("drained", "{} generation={} session={}", service, generation, sessionId);
    }

    @Override
    public void generationGone(String service, int generation, String sessionId, String cause, int inFlight) {
        line(
                "gone",
                "{} generation={} session={} in-flight={} reason=\"{}\"",
                service,
                generation,
                sessionId,
                inFlight,
                cause);
    }

    // --- presence and waiting

    @Override
    public void serviceServing(String service, int held) {
        line("serving", "{} held={}", service, held);
    }

    @Override
    public void serviceAbsent(String service, Duration hold, String cause) {
        line("absent", "{} hold={}s reason=\"{}\"", service, hold.toSeconds(), cause);
    }

    @Override
    public void serviceExpired(String service) {
        line("expired", "{}", service);
    }

    @Override
    public void refused(String service, String reason, String sentence) {
        rareLine("turned-away", "{} reason={} {}", service, reason, sentence);
    }

    // --- pauses

    @Override
    public void paused(String service, String mode, Optional<Duration> ttl, String reason) {
        line(
                "paused",
                "{} mode={} ttl={} reason=\"{}\"",
                service,
                mode,
                ttl.map(time -> time.toSeconds() + "s").orElse("none"),
                reason);
    }

    @Override
    public void resumed(String service, String cause) {
        line("resumed", "{} reason=\"{}\"", service, cause);
    }

    // --- work

    @Override
    public void onExchange(ExchangeSummary summary) {
        if (accessLog) {
            LOG.info(AccessLine.of(summary));
        }
    }

    @Override
    public void onServiceFault(String service, String sentence) {
        rareLine("service-fault", "{} {}", service, sentence);
    }

    @Override
    public void onReplayed(String service, String sessionId, String method, String row) {
        rareLine("sent-again", "{} session={} method={} row={}", service, sessionId, method, row);
    }

    @Override
    public void connectionReplayed(String service, String sessionId) {
        rareLine("sent-again", "{} session={} method=TCP row=refused", service, sessionId);
    }

    @Override
    public void connectionFinished(
            String service, String sessionId, long bytesFromClient, long bytesToClient, long durationNanos) {
        if (accessLog) {
            LOG.info(
                    "tcp {} session={} in={} out={} ms={}",
                    service,
                    sessionId,
                    bytesFromClient,
                    bytesToClient,
                    durationNanos / 1_000_000);
        }
    }

    private static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress ip)) {
            return "unix:" + address;
        }
        return ip.getAddress().isAnyLocalAddress() ? "*:" + ip.getPort() : NetUtil.toSocketAddressString(ip);
    }
}
