package io.socketmaster.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file of a Unix control socket. It is bound in a directory that only its owner can enter, made owner-only itself and
 * then moved to its place, so that at no moment anybody else can connect.
 */
final class UnixSocketFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    /** {@code sun_path} of Linux holds 108 bytes with its end. */
    private static final int MAX_PATH_BYTES = 107;

    private final Path path;
    private final Path nursery;

    private UnixSocketFile(Path path, Path nursery) {
        this.path = path;
        this.nursery = nursery;
    }

    /** Binds a socket. */
    interface Binder {
        /** Binds {@code path}, or throws and leaves nothing there that is open. */
        void bind(Path path) throws IOException;
    }

    /**
     * Binds {@code path}: a socket that a dead daemon left is removed. If it fails nothing is left behind, and {@code binder}
     * may have to close what it has bound.
     *
     * @throws IOException if a live daemon has it, something else is there, or it cannot be made
     */
    static UnixSocketFile bind(Path path, Binder binder) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            removeDead(path);
        }
        UnixSocketFile file = prepare(path);
        try {
            binder.bind(file.bindPath());
            file.publish();
        } catch (IOException e) {
            file.discard();
            throw e;
        }
        return file;
    }

    private static void removeDead(Path path) throws IOException {
        if (!isSocket(path)) {
            throw new IOException(path + " is there already and is no socket; choose another path, or remove it");
        }
        if (isLive(path)) {
            throw new IOException("another daemon answers on " + path + "; stop it, or choose another path");
        }
        Files.delete(path);
    }

    private static boolean isSocket(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther();
    }

    private static UnixSocketFile prepare(Path path) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        Path nursery = Files.createTempDirectory(directory, ".sm");
        UnixSocketFile file = new UnixSocketFile(path, nursery);
        if (isTooLong(path) || isTooLong(file.bindPath())) {
            Files.delete(nursery);
            throw new IOException("the path " + path + " is too long for a Unix socket, which has room for "
                    + MAX_PATH_BYTES + " bytes; choose a shorter one");
        }
        return file;
    }

    private static boolean isTooLong(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES;
    }

    private static boolean isLive(Path path) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException refused) {
            return false;
        }
    }

    private Path bindPath() {
        return nursery.resolve("s");
    }

    /** The socket is bound: it goes to its place. */
    private void publish() throws IOException {
        Files.setPosixFilePermissions(bindPath(), OWNER_ONLY);
        Files.move(bindPath(), path, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(nursery);
    }

    private void discard() throws IOException {
        Files.deleteIfExists(bindPath());
        Files.deleteIfExists(nursery);
    }

    Path path() {
        return path;
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
