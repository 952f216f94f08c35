package io.socketmaster.server.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What became of the streams of an HTTP/2 connection that are over: by that, a frame for one of them is late, or an error
 * (RFC 9113 section 5.1). Bounded: what is long ago counts as closed. Pure.
 */
final class StreamHistory {
    /** Why there is no such stream. */
    enum Fate {
        /** We reset it, and the client had not heard of that: its frames are ignored. */
        RESET,
        /** The client never opened it, but a later one, which closes it (section 5.1.1). */
        SKIPPED,
        /** It ended in good order, or the client took it back: no frame may follow. */
        CLOSED
    }

    private record Gap(int from, int to) {}

    private static final int MAX_RESETS = 1_024;
    private static final int MAX_GAPS = 64;

    private final Set<Integer> resets = new LinkedHashSet<>();
    private final Deque<Gap> gaps = new ArrayDeque<>();
    private int highest = -1;

    /** The client has opened a stream. */
    void onOpened(int id) {
        if (id > highest + 2) {
            gaps.addLast(new Gap(highest + 2, id - 2));
            if (gaps.size() > MAX_GAPS) {
                gaps.removeFirst();
            }
        }
        highest = Math.max(highest, id);
    }

    /** We have reset a stream. */
    void onReset(int id) {
        if (resets.add(id) && resets.size() > MAX_RESETS) {
            Iterator<Integer> oldest = resets.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Why {@code id}, which is not higher than those that were opened, is not open. */
    Fate fateOf(int id) {
        if (resets.contains(id)) {
            return Fate.RESET;
        }
        boolean skipped = gaps.stream().anyMatch(gap -> id >= gap.from() && id <= gap.to());
        return skipped ? Fate.SKIPPED : Fate.CLOSED;
    }
}
