package io.socketmaster.server.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketFileTest {
    @TempDir
    Path directory;

    private Path path;
    private ServerSocketChannel socket;

    @BeforeEach
    void open() throws IOException {
        path = directory.resolve("control.sock");
        socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
    }

    private void bind(Path where) throws IOException {
        socket.bind(UnixDomainSocketAddress.of(where));
    }

    @Test
    void theSocketIsItsOwnersAloneAndNothingElseIsThere() throws IOException {
        UnixSocketFile file = UnixSocketFile.bind(path, SocketRights.OWNER_ONLY, this::bind);

        assertThat(directory).isDirectoryContaining(path::equals);
        assertThat(directory.toFile().list()).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        file.delete();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whereItCannotBeBoundNothingIsLeftBehind() {
        assertThatIOException()
                .isThrownBy(() -> UnixSocketFile.bind(path, SocketRights.OWNER_ONLY, where -> {
                    throw new IOException("no sockets here");
                }))
                .withMessage("no sockets here");

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whereItCannotBeMovedToItsPlaceNothingIsLeftBehind() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> UnixSocketFile.bind(path, SocketRights.OWNER_ONLY, where -> {
                    bind(where);
                    // Somebody is quicker.
                    Files.createDirectories(path.resolve("not empty"));
                }));

        assertThat(directory.toFile().list()).containsExactly("control.sock");
    }

    @Test
    void whatADeadDaemonLeftIsReplaced() throws IOException {
        bind(path);
        socket.close();
        socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);

        UnixSocketFile.bind(path, SocketRights.OWNER_ONLY, this::bind);

        assertThat(directory.toFile().list()).containsExactly("control.sock");
    }

    @Test
    void aLiveDaemonKeepsItsSocket() throws IOException {
        bind(path);

        assertThatIOException()
                .isThrownBy(() -> UnixSocketFile.bind(path, SocketRights.OWNER_ONLY, where -> {}))
                .withMessageStartingWith("another program answers on ");
        assertThat(path).exists();
    }

    @Test
    void whatIsNoSocketIsNotRemoved() throws IOException {
        Files.writeString(path, "precious");

        assertThatIOException()
                .isThrownBy(() -> UnixSocketFile.bind(path, SocketRights.OWNER_ONLY, this::bind))
                .withMessageContaining("is there already and is no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whereTheSystemMakesNoFilesTheDirectoryIsNamed() {
        assertThatIOException()
                .isThrownBy(() -> UnixSocketFile.prepare(Path.of("/proc/x.sock"), SocketRights.DEFAULT))
                .withMessage("/proc/x.sock cannot be made: nothing can be made in /proc; choose another path");
    }

    @Test
    void aDirectoryThatIsAFileIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatIOException()
                .isThrownBy(() -> UnixSocketFile.prepare(file.resolve("x.sock"), SocketRights.DEFAULT))
                .withMessageContaining(file + " is no directory; choose another path");
    }

    @Test
    void aPathMayHave106BytesAndItsDirectory97() throws IOException {
        int rest = 97 - directory.toString().length() - 1;
        Path deep = directory.resolve("d".repeat(rest)).resolve("web.sock");
        assertThat(deep.toString()).hasSize(106);

        UnixSocketFile file = UnixSocketFile.bind(deep, SocketRights.OWNER_ONLY, this::bind);

        assertThat(deep).exists();
        file.delete();
        assertThat(deep.getParent()).isEmptyDirectory();
    }

    @Test
    void aPathThatIsTooLongIsRefusedWithTheLimit() {
        assertThatIOException()
                .isThrownBy(() ->
                        UnixSocketFile.bind(directory.resolve("x".repeat(100)), SocketRights.OWNER_ONLY, this::bind))
                .withMessageContaining("has room for 106 bytes");
        assertThat(directory).isEmptyDirectory();
    }
}
