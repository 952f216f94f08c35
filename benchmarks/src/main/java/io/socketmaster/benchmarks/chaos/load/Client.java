package io.socketmaster.benchmarks.chaos.load;

import java.io.Closeable;
import java.io.IOException;

/** Does one exchange after the other, and checks each. Confined to its thread. */
interface Client extends Closeable {
    /**
     * Does one exchange.
     *
     * @throws BadEndException if it came out otherwise than {@link Outcome#RIGHT}
     * @throws IOException if it is {@link Outcome#LOST}
     */
    void exchange() throws IOException;
}
