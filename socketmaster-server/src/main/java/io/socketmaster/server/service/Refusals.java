package io.socketmaster.server.service;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Refusals in words: what was waited for, why it is not there, and what to look at. Pure functions. */
final class Refusals {
    private static final double NANOS_PER_SECOND = 1e9;

    private Refusals() {}

    static Refusal waitedInVain(
            ServiceContext context, Availability availability, Optional<Pause> pause, long waitedNanos) {
        String sentence =
                pause.map(each -> pausedSentence(context, each)).orElseGet(() -> situation(context, availability))
                        + "; waited " + seconds(waitedNanos) + " for it";
        return new Refusal(Refusal.Reason.EXPIRED, context.settings().retryAfterExpired(), sentence);
    }

    static Refusal unclaimed(ServiceContext context) {
        String sentence = "service " + context.name() + " is not registered (any more); is it running?";
        return new Refusal(Refusal.Reason.EXPIRED, context.settings().retryAfterExpired(), sentence);
    }

    static Refusal noRoom(ServiceContext context, HoldBudget budget) {
        String sentence = "too many wait for service " + context.name() + " already (at most "
                + context.settings().heldPerService() + " per service and " + budget.limit() + " in all)";
        return new Refusal(Refusal.Reason.FULL, context.settings().retryAfterFull(), sentence);
    }

    static Refusal paused(ServiceContext context, Pause pause) {
        Duration retryAfter =
                pause.left(context.now()).orElse(context.settings().retryAfterExpired());
        return new Refusal(
                Refusal.Reason.PAUSED, retryAfter, pausedSentence(context, pause) + " and takes nothing new");
    }

    private static String pausedSentence(ServiceContext context, Pause pause) {
        String reason = pause.order().reason();
        return "service " + context.name() + " is paused" + (pause.everywhere() ? " with all others" : "")
                + (reason.isEmpty() ? "" : " (" + reason + ")");
    }

    static Refusal gone(ServiceContext context, String reason) {
        String sentence = "service " + context.name() + " is closed here: " + reason;
        return new Refusal(Refusal.Reason.GONE, context.settings().retryAfterExpired(), sentence);
    }

    /** {@code 1.5 s}. */
    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / NANOS_PER_SECOND);
    }

    static String seconds(Duration duration) {
        return seconds(duration.toNanos());
    }

    private static String situation(ServiceContext context, Availability availability) {
        String since = seconds(context.now() - availability.sinceNanos());
        if (availability instanceof Availability.Absent absent) {
            return "service " + context.name() + " has been away for " + since + " (" + absent.cause() + ")";
        }
        if (availability instanceof Availability.AwaitingReady) {
            return "service " + context.name() + " has not become ready for " + since;
        }
        return "service " + context.name() + " could not take it yet";
    }
}
