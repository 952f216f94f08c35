package io.socketmaster.server.service;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One pause that is in force or not, and that ends by itself when its time is over. Registry thread.
 *
 * <p>Knows nothing of what is paused: whoever made it applies each change.
 */
public final class PauseSwitch {
    private final Timeline timeline;
    private final boolean everywhere;
    private final Function<Runnable, Runnable> turn;
    private final Consumer<String> onTimeOver;

    private Optional<Pause> current = Optional.empty();
    /** Ends the pause; {@code null} unless it has a time to live. */
    private Timeline.Timer end;

    /**
     * @param everywhere whether it pauses everything, not one service
     * @param turn what wraps a change that time brings about
     * @param onTimeOver told why, when a pause has ended by itself
     */
    public PauseSwitch(
            Timeline timeline, boolean everywhere, Function<Runnable, Runnable> turn, Consumer<String> onTimeOver) {
        this.timeline = timeline;
        this.everywhere = everywhere;
        this.turn = turn;
        this.onTimeOver = onTimeOver;
    }

    /** The pause in force. */
    public Optional<Pause> current() {
        assert timeline.inTimeline();
        return current;
    }

    /** As people see it. */
    public Optional<PauseStatus> status() {
        return current().map(pause -> pause.status(timeline.nanoTime()));
    }

    /** Begins a pause, in the place of the one in force if there is one: its time to live counts from now. */
    public void turnOn(PauseOrder order) {
        assert timeline.inTimeline();
        turnOff();
        current = Optional.of(new Pause(order, timeline.nanoTime(), everywhere));
        order.ttl().ifPresent(ttl -> end = timeline.schedule(ttl, turn.apply(() -> timeIsOver(ttl))));
    }

    /** Ends the pause; false if there was none. */
    public boolean turnOff() {
        assert timeline.inTimeline();
        if (end != null) {
            end.cancel();
            end = null;
        }
        boolean wasOn = current.isPresent();
        current = Optional.empty();
        return wasOn;
    }

    private void timeIsOver(Duration ttl) {
        turnOff();
        onTimeOver.accept("its time of " + Refusals.seconds(ttl) + " is over");
    }
}
