package io.socketmaster.protocol.yamux;

/** What we may still send on one stream. Sums are kept in 64 bits: peers of other makes let theirs wrap. */
final class SendWindow {
    private static final long MAX = 0xffff_ffffL;

    private long available = ReceiveWindow.INITIAL_BYTES;

    /**
     * Adds the peer's credit.
     *
     * @throws SessionFailure if the window would pass 2^32-1 bytes
     */
    void grow(long credit) throws SessionFailure {
        if (available + credit > MAX) {
            throw SessionFailure.violation("window of " + available + " plus credit of " + credit + " is past 2^32-1");
        }
        available += credit;
    }

    /** How many of {@code wanted} bytes may go now. */
    int permits(int wanted) {
        return (int) Math.min(wanted, available);
    }

    void spend(int length) {
        assert length <= available : "never more is sent than the peer allowed";
        available -= length;
    }

    boolean isOpen() {
        return available > 0;
    }
}
