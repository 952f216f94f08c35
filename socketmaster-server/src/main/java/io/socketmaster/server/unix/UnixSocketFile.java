package io.socketmaster.server.unix;

import io.socketmaster.server.unix.SocketFileException.Reason;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The file of a listening Unix socket. It is bound in a directory that only its owner can enter, given its rights and then
 * moved to its place, so that at no moment anybody can connect who may not. Blocks; one thread at a time.
 */
public final class UnixSocketFile {
    /** {@code sun_path} of Linux holds 108 bytes with its end, of which the JDK uses one less. */
    private static final int MAX_PATH_BYTES = 106;

    /** The nursery's name begins so. It is short, for the socket is bound by a path that leads through it. */
    private static final String NURSERY = ".sm";

    private static final int NURSERY_DIGITS = 3;
    private static final int RADIX = Character.MAX_RADIX;
    private static final int NURSERY_NAMES = RADIX * RADIX * RADIX;
    private static final int NURSERY_ATTEMPTS = 100;

    /** What that name and the socket's own take behind the directory, each with its slash. */
    private static final int NURSERY_BYTES = NURSERY.length() + NURSERY_DIGITS + 3;

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path path;
    private final Path nursery;
    private final SocketRights rights;
    /** Which file it is, once it is in its place. */
    private Object identity;

    private UnixSocketFile(Path path, Path nursery, SocketRights rights) {
        this.path = path;
        this.nursery = nursery;
        this.rights = rights;
    }

    /** Binds a socket. */
    public interface Binder {
        /** Binds {@code path}, or throws and leaves nothing there that is open. */
        void bind(Path path) throws IOException;
    }

    /**
     * Does it all: {@link #prepare}, binds, {@link #publish}. If it fails nothing is left behind, and {@code binder} may have to
     * close what it has bound.
     *
     * @throws IOException as these do, and what {@code binder} throws
     */
    public static UnixSocketFile bind(Path path, SocketRights rights, Binder binder) throws IOException {
        UnixSocketFile file = prepare(path, rights);
        try {
            binder.bind(file.bindPath());
            file.publish();
        } catch (IOException e) {
            file.delete();
            throw e;
        }
        return file;
    }

    /**
     * Gets ready to bind {@code path}: a socket that a dead program left is removed, directories are made.
     *
     * @throws SocketFileException if a live program has it, it is no socket's, or it cannot be made; nothing is changed then
     */
    public static UnixSocketFile prepare(Path path, SocketRights rights) throws SocketFileException {
        Path directory = path.toAbsolutePath().getParent();
        try {
            removeStale(path);
            Files.createDirectories(directory);
            UnixSocketFile file = new UnixSocketFile(path, createNursery(directory), rights);
            if (isTooLong(path) || isTooLong(file.bindPath())) {
                file.delete();
                throw new SocketFileException(
                        Reason.UNUSABLE,
                        "the path " + path + " is too long for a Unix socket, which has room for " + MAX_PATH_BYTES
                                + " bytes, and " + (MAX_PATH_BYTES - NURSERY_BYTES)
                                + " for its directory; choose a shorter one");
            }
            return file;
        } catch (SocketFileException explained) {
            throw explained;
        } catch (IOException e) {
            throw explain(path, e);
        }
    }

    private static Path createNursery(Path directory) throws IOException {
        for (int attempt = 1; ; attempt++) {
            String digits = Integer.toString(ThreadLocalRandom.current().nextInt(NURSERY_NAMES), RADIX);
            Path nursery = directory.resolve(NURSERY + "0".repeat(NURSERY_DIGITS - digits.length()) + digits);
            try {
                return Files.createDirectory(nursery, OWNER_ONLY);
            } catch (FileAlreadyExistsException taken) {
                if (attempt == NURSERY_ATTEMPTS) {
                    throw taken;
                }
            }
        }
    }

    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!attributes(path).isOther()) {
            throw new SocketFileException(
                    Reason.UNUSABLE, path + " is there already and is no socket; choose another path, or remove it");
        }
        if (isLive(path)) {
            throw new SocketFileException(
                    Reason.IN_USE, "another program answers on " + path + "; stop it, or choose another path");
        }
        Files.delete(path);
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static SocketFileException explain(Path path, IOException e) {
        boolean denied = e instanceof AccessDeniedException
                || String.valueOf(e.getMessage()).contains("Read-only");
        return denied
                ? new SocketFileException(
                        Reason.DENIED,
                        path + " cannot be made: " + directory(e)
                                + " may not be written; choose another directory, or give the daemon the right to write it",
                        e)
                : new SocketFileException(
                        Reason.UNUSABLE, path + " cannot be made: " + reason(e) + "; choose another path", e);
    }

    private static String reason(IOException e) {
        if (e instanceof FileAlreadyExistsException other) {
            return other.getFile() + " is no directory";
        }
        if (e instanceof FileSystemException fault) {
            return "nothing can be made in " + directory(e)
                    + (fault.getReason() == null ? "" : " (" + fault.getReason() + ")");
        }
        return e.toString();
    }

    /** Where it failed. The file itself may be one that only we know. */
    private static String directory(IOException e) {
        Path file = e instanceof FileSystemException fault && fault.getFile() != null ? Path.of(fault.getFile()) : null;
        return file == null || file.getParent() == null
                ? e.getMessage()
                : file.getParent().toString();
    }

    private static boolean isTooLong(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES;
    }

    private static boolean isLive(Path path) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // Without blocking: one whose backlog is full has a program, too.
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** Where to bind. */
    public Path bindPath() {
        return nursery.resolve("s");
    }

    /**
     * The socket is bound: it gets its rights and goes to its place.
     *
     * @throws SocketFileException if that is not allowed; the caller gives it up by {@link #delete}
     */
    public void publish() throws SocketFileException {
        Path bound = bindPath();
        try {
            Files.setPosixFilePermissions(bound, rights.permissions());
            giveTo(bound);
            identity = attributes(bound).fileKey();
            Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(nursery);
        } catch (SocketFileException explained) {
            throw explained;
        } catch (IOException e) {
            throw explain(path, e);
        }
    }

    private void giveTo(Path bound) throws IOException {
        UserPrincipalLookupService names = bound.getFileSystem().getUserPrincipalLookupService();
        PosixFileAttributeView view = Files.getFileAttributeView(bound, PosixFileAttributeView.class);
        try {
            if (rights.group().isPresent()) {
                view.setGroup(names.lookupPrincipalByGroupName(rights.group().get()));
            }
            if (rights.owner().isPresent()) {
                view.setOwner(names.lookupPrincipalByName(rights.owner().get()));
            }
        } catch (UserPrincipalNotFoundException e) {
            throw new SocketFileException(
                    Reason.UNUSABLE,
                    "there is no user or group '" + e.getName() + "' to own " + path
                            + "; correct the owner, or leave it out",
                    e);
        } catch (IOException e) {
            throw new SocketFileException(
                    Reason.DENIED,
                    path + " cannot be given to " + rights.owner().orElse("")
                            + rights.group().map(name -> ":" + name).orElse("") + " (" + e.getMessage()
                            + "); only root may give files away, so leave the owner out",
                    e);
        }
    }

    public Path path() {
        return path;
    }

    /** Removes what is still there of it, and nothing that somebody else has put in its place. */
    public void delete() throws IOException {
        Files.deleteIfExists(bindPath());
        Files.deleteIfExists(nursery);
        if (identity != null
                && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && identity.equals(attributes(path).fileKey())) {
            Files.delete(path);
        }
    }
}
