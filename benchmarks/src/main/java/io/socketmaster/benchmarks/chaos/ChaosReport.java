package io.socketmaster.benchmarks.chaos;

import io.socketmaster.benchmarks.Claim;
import io.socketmaster.benchmarks.Table;
import io.socketmaster.benchmarks.chaos.load.Kind;
import io.socketmaster.benchmarks.chaos.load.Outcome;
import io.socketmaster.benchmarks.chaos.load.Tally;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What the contract allows of each kind of client, and the tables. Stateless. */
final class ChaosReport {
    private ChaosReport() {}

    static void print(List<Tally> tallies, PrintStream out) {
        List<String> heads = new ArrayList<>(List.of("client", "connections", "exchanges", "longest wait"));
        for (Outcome outcome : Outcome.values()) {
            heads.add(outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        Table table = new Table(heads);
        for (Tally tally : tallies) {
            List<String> row = new ArrayList<>(List.of(
                    tally.kind().toString(),
                    Long.toString(tally.connections()),
                    Long.toString(tally.total()),
                    TimeUnit.NANOSECONDS.toMillis(tally.longestNanos()) + " ms"));
            for (Outcome outcome : Outcome.values()) {
                row.add(Long.toString(tally.count(outcome)));
            }
            table.add(row);
        }
        out.println(table);
        tallies.forEach(tally -> tally.details().forEach(out::println));
        out.println();
    }

    /** Nothing may be lost; a connection that outlives the drain time is ended as the contract says. */
    static List<Claim> gracefulClaims(List<Tally> tallies, long atLeast) {
        List<Claim> claims = new ArrayList<>();
        long requests = tallies.stream()
                .filter(tally -> tally.kind().isRequest())
                .mapToLong(Tally::total)
                .sum();
        long lost = 0;
        for (Tally tally : tallies) {
            Set<Outcome> allowed = EnumSet.of(Outcome.RIGHT);
            if (tally.kind().isEndedByDrain()) {
                allowed.add(Outcome.ENDED);
            }
            lost += notIn(allowed, tally);
        }
        claims.add(new Claim(
                "graceful: " + requests + " requests (at least " + atLeast + "), and " + lost
                        + " of all exchanges lost, refused, cut or wrong",
                lost == 0 && requests >= atLeast));
        claims.add(connectionsKept("graceful", tallies));
        return claims;
    }

    /** What contract section 5 gives up: see each kind. */
    static List<Claim> violentClaims(List<Tally> tallies) {
        List<Claim> claims = new ArrayList<>();
        long lost = 0;
        for (Tally tally : tallies) {
            lost += notIn(allowedWhenKilled(tally.kind()), tally);
        }
        long requests = tallies.stream()
                .filter(tally -> tally.kind().isRequest())
                .mapToLong(Tally::total)
                .sum();
        claims.add(new Claim(
                "kills: " + requests + " requests, and " + lost
                        + " of all exchanges ended otherwise than section 5 allows",
                lost == 0));
        claims.add(connectionsKept("kills", tallies));
        return claims;
    }

    private static Set<Outcome> allowedWhenKilled(Kind kind) {
        return switch (kind) {
            // Nobody can say whether it was carried out.
            case POST, POST_LARGE -> EnumSet.of(Outcome.RIGHT, Outcome.BAD_GATEWAY);
            // A response that had begun is cut off, for everybody to see.
            case GET_LARGE -> EnumSet.of(Outcome.RIGHT, Outcome.CUT);
            case WEBSOCKET, WEBSOCKET_LONG, TCP, TCP_LONG -> EnumSet.of(Outcome.RIGHT, Outcome.ENDED);
            case GET_KEEP_ALIVE, GET_NEW_CONNECTION, GET_SLOW, HTTPS_KEEP_ALIVE -> EnumSet.of(Outcome.RIGHT);
        };
    }

    private static long notIn(Set<Outcome> allowed, Tally tally) {
        return EnumSet.complementOf(EnumSet.copyOf(allowed)).stream()
                .mapToLong(tally::count)
                .sum();
    }

    private static Claim connectionsKept(String part, List<Tally> tallies) {
        long wanted = 0;
        long opened = 0;
        for (Tally tally : tallies) {
            if (tally.kind().keepsItsConnection()) {
                wanted += tally.kind().clients();
                opened += tally.connections();
            }
        }
        return new Claim(
                part + ": " + wanted + " clients kept their connection over everything, with " + opened
                        + " connections",
                opened == wanted);
    }
}
