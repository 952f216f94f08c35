package io.socketmaster.cli.verify;

import io.netty.util.concurrent.Future;

/** One request of the schedule, from the moment it is due until it is settled. Belongs to the generator's event loop. */
final class PlannedRequest {
    private final long dueNanos;
    private final Tally tally;
    private Future<?> timeout;
    private LoadConnection carrier;
    private boolean retried;

    PlannedRequest(long dueNanos, Tally tally) {
        this.dueNanos = dueNanos;
        this.tally = tally;
        tally.sent();
    }

    long dueNanos() {
        return dueNanos;
    }

    void timeout(Future<?> newTimeout) {
        timeout = newTimeout;
    }

    /** The connection that it was given to; null while it waits for one. */
    LoadConnection carrier() {
        return carrier;
    }

    void carrier(LoadConnection newCarrier) {
        carrier = newCarrier;
    }

    /** It is sent a second time. */
    void retry() {
        retried = true;
        tally.retried();
    }

    boolean wasRetried() {
        return retried;
    }

    void answered(int status, String reason) {
        timeout.cancel(/* mayInterruptIfRunning= */ false);
        if (status >= 500 && status <= 599) {
            tally.lost(new Tally.Incident(Loss.SERVER_ERROR, status + " " + reason, dueNanos));
        } else {
            tally.answered(status, dueNanos, System.nanoTime());
        }
    }

    void lost(Loss kind, String detail) {
        timeout.cancel(/* mayInterruptIfRunning= */ false);
        tally.lost(new Tally.Incident(kind, detail, dueNanos));
    }

    Tally tally() {
        return tally;
    }
}
