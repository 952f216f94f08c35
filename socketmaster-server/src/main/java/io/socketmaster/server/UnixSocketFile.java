package io.socketmaster.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

    /**
     * Gets ready to bind {@code path}: a file that a dead daemon left is removed.
     *
     * @throws IOException if a live daemon has it, or it cannot be made
     */
    static UnixSocketFile prepare(Path path) throws IOException {
        if (Files.exists(path)) {
            if (isLive(path)) {
                throw new IOException("another daemon answers on " + path + "; stop it, or choose another path");
            }
            Files.delete(path);
        }
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

    /** Where to bind. */
    Path bindPath() {
        return nursery.resolve("s");
    }

    /** The socket is bound: it goes to its place. */
    void publish() throws IOException {
        Files.setPosixFilePermissions(bindPath(), OWNER_ONLY);
        Files.move(bindPath(), path, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(nursery);
    }

    Path path() {
        return path;
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
