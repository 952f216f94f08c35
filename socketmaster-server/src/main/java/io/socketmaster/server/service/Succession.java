package io.socketmaster.server.service;

import io.socketmaster.protocol.RegistrationOptions.Policy;
import java.util.ArrayList;
import java.util.List;

/**
 * Who ought to take a service's traffic, given its generations (contract section 4). Decides only:
 *
 * <ol>
 *   <li>The newest willing generation under the policies {@link Policy#REPLACE} or {@link Policy#EXCLUSIVE}, and all that joined after it; without one,
 *       all that joined. Those before it are replaced. Newest is by number, not by who said ready last: an
 *       old release that starts slowly does not take the traffic from its successor.
 *   <li>If there is none: those that were replaced last, if that was short enough ago (rollback); of these, again the newest
 *       and all that joined after it.
 *   <li>If there is none: one under {@link Policy#STANDBY}, the one that serves already or else the oldest.
 * </ol>
 *
 * @param takers who takes the traffic; in order of number
 * @param replaced who is willing, and makes room for {@code takers}' first
 * @param steppingBack backups that are not needed any more
 */
record Succession<U extends Upstream>(
        List<Generation<U>> takers, List<Generation<U>> replaced, List<Generation<U>> steppingBack) {

    /** @param generations in order of number */
    static <U extends Upstream> Succession<U> of(List<Generation<U>> generations) {
        List<Generation<U>> primaries = new ArrayList<>();
        List<Generation<U>> backups = new ArrayList<>();
        for (Generation<U> each : generations) {
            if (each.isWilling()) {
                (each.options().policy() == Policy.STANDBY ? backups : primaries).add(each);
            }
        }
        int first = newestThatReplaces(primaries);
        List<Generation<U>> replaced = List.copyOf(primaries.subList(0, first));
        List<Generation<U>> takers = List.copyOf(primaries.subList(first, primaries.size()));
        if (takers.isEmpty()) {
            takers = replacedLast(generations);
        }
        if (takers.isEmpty()) {
            takers = bestBackup(backups);
        }
        backups.removeAll(takers);
        backups.removeIf(backup -> !backup.isReady());
        return new Succession<>(takers, replaced, List.copyOf(backups));
    }

    private static <U extends Upstream> int newestThatReplaces(List<Generation<U>> primaries) {
        for (int i = primaries.size() - 1; i > 0; i--) {
            if (primaries.get(i).options().policy() != Policy.JOIN) {
                return i;
            }
        }
        return 0;
    }

    private static <U extends Upstream> List<Generation<U>> replacedLast(List<Generation<U>> generations) {
        List<Generation<U>> candidates = new ArrayList<>(generations);
        candidates.removeIf(each -> !each.mayBeTakenBack());
        int last = candidates.stream().mapToInt(Generation::replacedBy).max().orElse(0);
        candidates.removeIf(each -> each.replacedBy() != last);
        // Of those that gave way to the same one, again the newest: one that was ready too late never had the traffic
        // alone.
        return List.copyOf(candidates.subList(newestThatReplaces(candidates), candidates.size()));
    }

    private static <U extends Upstream> List<Generation<U>> bestBackup(List<Generation<U>> backups) {
        for (Generation<U> backup : backups) {
            if (backup.isReady()) {
                return List.of(backup);
            }
        }
        return backups.isEmpty() ? List.of() : List.of(backups.get(0));
    }
}
