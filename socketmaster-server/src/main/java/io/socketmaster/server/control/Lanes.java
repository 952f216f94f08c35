package io.socketmaster.server.control;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.yamux.netty.YamuxSessionHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The connections of one session, its lanes. A session begins with one; when it is used its service is asked for more, of
 * which each lives on an event loop of its own. A stream takes the lane on its client's loop, so that no byte of it changes
 * threads here.
 *
 * <p>Any thread. A stream looks at one immutable map; what changes it is rare and takes the lock.
 */
final class Lanes {
    private static final int KEY_BYTES = 16;

    /** One connection. */
    record Lane(Channel connection, YamuxSessionHandler yamux) {
        EventLoop loop() {
            return connection.eventLoop();
        }
    }

    private final Lane first;
    private final int most;

    /** The loops for which a lane was asked and none has come, nor is on its way there. Guarded by the lock. */
    private final Set<EventLoop> vacant = new LinkedHashSet<>();

    private volatile Map<EventLoop, Lane> byLoop;
    /** What the service was asked. */
    private volatile Optional<ControlMessage.Lanes> offer = Optional.empty();

    /**
     * @param first the connection that registered; {@link Lane#loop} is its loop for good
     * @param limit how many connections the session may have, the first included
     */
    Lanes(Lane first, int limit) {
        this.first = first;
        this.byLoop = Map.of(first.loop(), first);
        int loops = 0;
        for (Iterator<EventExecutor> each = first.loop().parent().iterator(); each.hasNext(); each.next()) {
            loops++;
        }
        this.most = Math.min(limit, loops) - 1;
    }

    /** The lane for a stream of a client on {@code loop}: the one there, or the first. */
    Lane on(EventLoop loop) {
        return byLoop.getOrDefault(loop, first);
    }

    /** All that are open or were. */
    Collection<Lane> all() {
        return byLoop.values();
    }

    /** Whether more connections would help and were not asked for yet. */
    boolean wanted() {
        return most > 0 && offer.isEmpty();
    }

    /** What to ask the service for; once, if they are {@link #wanted}. */
    synchronized Optional<ControlMessage.Lanes> ask() {
        if (!wanted()) {
            return Optional.empty();
        }
        for (EventExecutor each : first.loop().parent()) {
            if (each != first.loop() && vacant.size() < most) {
                vacant.add((EventLoop) each);
            }
        }
        byte[] key = new byte[KEY_BYTES];
        Keys.RANDOM.nextBytes(key);
        offer = Optional.of(new ControlMessage.Lanes(most, HexFormat.of().formatHex(key)));
        return offer;
    }

    /** What the service was asked for, if it was. */
    Optional<ControlMessage.Lanes> asked() {
        return offer;
    }

    /**
     * Takes the place of one more connection.
     *
     * @param here the loop that it is on
     * @return the loop that it has to be on
     * @throws ProtocolException if the session was not asked for one, or has as many as it was asked for
     */
    synchronized EventLoop claim(String key, EventLoop here) throws ProtocolException {
        if (offer.isEmpty() || !same(offer.get().key(), key)) {
            throw unknown();
        }
        if (vacant.isEmpty()) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    "the session has all " + most + " further connections that it was asked for");
        }
        EventLoop place = vacant.contains(here) ? here : vacant.iterator().next();
        vacant.remove(place);
        return place;
    }

    /** A lane is open on the loop that was claimed for it. */
    synchronized void add(Lane lane) {
        Map<EventLoop, Lane> more = new HashMap<>(byLoop);
        more.put(lane.loop(), lane);
        byLoop = Map.copyOf(more);
    }

    /** Says the same of a session that is not there as of a wrong key. */
    static ProtocolException unknown() {
        return new ProtocolException(
                ErrorCode.BAD_REQUEST,
                "no session was asked for a further connection with this key; it may have ended: register again");
    }

    /** Takes as long for a wrong key as for the right one. */
    private static boolean same(String key, String given) {
        return MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /** Loaded with the first session that is used. */
    private static final class Keys {
        static final SecureRandom RANDOM = new SecureRandom();
    }
}
