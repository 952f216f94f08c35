package io.socketmaster.protocol.yamux;

/**
 * What the peer may still send on one stream. It never sends: it says how much credit to announce. Credit follows
 * consumption, so that a slow reader's backlog stays within one window (yamux specification, "Flow Control").
 */
final class ReceiveWindow {
    /** Both sides' window when a stream opens; a peer may use all of it at once. */
    static final int INITIAL_BYTES = 256 * 1024;

    private final int size;
    private int available;
    private int consumed;

    ReceiveWindow() {
        this(INITIAL_BYTES);
    }

    ReceiveWindow(int size) {
        this.size = size;
        this.available = size;
    }

    /** Takes {@code length} bytes that the peer sent out of the window; false if the peer had no right to send them. */
    boolean receive(long length) {
        if (length > available) {
            return false;
        }
        available -= (int) length;
        assertInvariants();
        return true;
    }

    /**
     * Notes that {@code length} received bytes have left us.
     *
     * @return the credit to announce now; 0 while it is not worth a frame (less than half a window)
     */
    int consume(int length) {
        consumed += length;
        if (consumed < size / 2) {
            assertInvariants();
            return 0;
        }
        int credit = consumed;
        consumed = 0;
        available += credit;
        assertInvariants();
        return credit;
    }

    int available() {
        return available;
    }

    private void assertInvariants() {
        assert available >= 0 : "the peer never gets to send more than the window";
        assert consumed >= 0 && available + consumed <= size : "credit never exceeds what was received";
    }
}
