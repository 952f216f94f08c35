package io.socketmaster.server.unix;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who may connect to a Unix socket: on Linux, whoever may write its file.
 *
 * @param mode the permission bits, 0 to 0777
 * @param owner the user whose file it is; empty: whoever the daemon runs as
 * @param group the file's group; empty: that of the daemon or the directory
 */
public record SocketRights(int mode, Optional<String> owner, Optional<String> group) {
    /** Owner alone: for what gives orders. */
    public static final SocketRights OWNER_ONLY = new SocketRights(0600, Optional.empty(), Optional.empty());

    /** Owner and group: for public sockets that say nothing else. */
    public static final SocketRights DEFAULT = new SocketRights(0660, Optional.empty(), Optional.empty());

    private static final int MAX_MODE = 0777;
    /** In the order of the bits, the highest first. */
    private static final PosixFilePermission[] BITS = PosixFilePermission.values();

    public SocketRights {
        if (mode < 0 || mode > MAX_MODE) {
            throw new IllegalArgumentException("mode " + Integer.toOctalString(mode) + " is not between 0 and 777");
        }
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(group, "group");
    }

    /** @param octal such as {@code 0660} or {@code 660} */
    public SocketRights withMode(String octal) {
        if (!octal.matches("[0-7]{1,4}")) {
            throw new IllegalArgumentException("mode '" + octal + "' is not octal; write 0660");
        }
        return new SocketRights(Integer.parseInt(octal, 8), owner, group);
    }

    /** @param names {@code user}, {@code user:group} or {@code :group} */
    public SocketRights withOwner(String names) {
        int colon = names.indexOf(':');
        String user = colon < 0 ? names : names.substring(0, colon);
        String newGroup = colon < 0 ? "" : names.substring(colon + 1);
        return new SocketRights(mode, some(user).or(() -> owner), some(newGroup).or(() -> group));
    }

    private static Optional<String> some(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }

    Set<PosixFilePermission> permissions() {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((mode & (1 << (BITS.length - 1 - bit))) != 0) {
                permissions.add(BITS[bit]);
            }
        }
        return permissions;
    }
}
