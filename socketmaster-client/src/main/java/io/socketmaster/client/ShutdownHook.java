package io.socketmaster.client;

/** Something to be done when the JVM is told to end, for as long as it is wanted. Thread-safe. */
final class ShutdownHook {
    private final Runnable action;
    private Thread thread;

    ShutdownHook(Runnable action) {
        this.action = action;
    }

    synchronized void install() {
        if (thread == null) {
            thread = new Thread(action, "socketmaster-shutdown");
            Runtime.getRuntime().addShutdownHook(thread);
        }
    }

    synchronized void remove() {
        if (thread != null) {
            try {
                Runtime.getRuntime().removeShutdownHook(thread);
            } catch (IllegalStateException alreadyEnding) {
                // The hook is running, or about to: closing twice does no harm.
                return;
            }
            thread = null;
        }
    }
}
