package io.socketmaster.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The walls of the house (docs/design.md, "Rooms"): which room may look into which, read from the source files. A new room
 * gets a row in {@link #WALLS}; a new arrow is a change of design, made here and there together.
 */
class WallsTest {
    private static final String BASE = "io.socketmaster.";
    private static final List<String> JDK = List.of("java.*", "javax.net.*", "javax.crypto.*", "javax.security.*");
    private static final List<String> GUARDED_MODULES =
            List.of("socketmaster-protocol", "socketmaster-server", "socketmaster-client");

    /** netty-buffer, and the part of netty-common that its signatures name. */
    private static final List<String> BUFFER = List.of("io.netty.buffer.*", "io.netty.util.*");

    private static final List<String> JACKSON = List.of("com.fasterxml.jackson.*");
    private static final List<String> NETTY_AND_LOG = List.of("io.netty.*", "org.slf4j.*");

    /** Room to what it may import beside itself and the JDK; a name with {@code .*} includes what lies below. */
    private static final Map<String, List<String>> WALLS = new TreeMap<>();

    static {
        wall("protocol");
        wall("protocol.wire", BUFFER, JACKSON, rooms("protocol"));
        wall("protocol.handshake", BUFFER, JACKSON, rooms("protocol", "protocol.wire"));
        wall("protocol.control", BUFFER, JACKSON, rooms("protocol", "protocol.wire"));
        wall("protocol.proxy", BUFFER, rooms("protocol"));
        wall("protocol.yamux", BUFFER);
        wall("protocol.channel", List.of("io.netty.*"));
        wall("protocol.yamux.netty", List.of("io.netty.*"), rooms("protocol.yamux", "protocol.channel"));

        wall("client", NETTY_AND_LOG, rooms("protocol.*", "client.session", "client.forward"));
        wall("client.session", NETTY_AND_LOG, rooms("protocol.*", "client"));
        wall("client.forward", NETTY_AND_LOG, rooms("protocol.*", "client.session"));
        wall("client.netty", NETTY_AND_LOG, rooms("protocol.*", "client", "client.session"));

        // com.sun.management: the JDK tells there how many descriptors a process may have.
        wall("server", NETTY_AND_LOG, List.of("com.sun.management.*"), rooms("protocol.*", "server.*"));
        wall("server.config", rooms("protocol"));
        wall("server.events", List.of("org.slf4j.*")); // the log is one of its listeners
        wall("server.route");
        wall("server.service", rooms("server.events", "protocol"));
        wall("server.sniff", BUFFER);
        wall("server.tls", BUFFER, List.of("io.netty.handler.ssl.*", "org.bouncycastle.*"), rooms("protocol"));
        wall("server.unix", List.of("io.netty.*"));
        wall("server.relay", NETTY_AND_LOG, rooms("server.service", "protocol.yamux.netty"));
        // protocol.yamux.netty: what a stream says of its end (StreamClosedException) decides about a replay.
        wall(
                "server.http",
                NETTY_AND_LOG,
                rooms(
                        "server.route",
                        "server.service",
                        "server.relay",
                        "server.events",
                        "server.config",
                        "protocol.channel",
                        "protocol.yamux.netty"));
        // The same for a raw connection that is offered to another session.
        wall(
                "server.listener",
                NETTY_AND_LOG,
                rooms(
                        "server.sniff",
                        "server.tls",
                        "server.http",
                        "server.relay",
                        "server.service",
                        "server.route",
                        "server.events",
                        "protocol.yamux.netty",
                        "server.config",
                        "server.unix",
                        "protocol"));
        // The same for a connection that was refused.
        wall(
                "server.backend",
                NETTY_AND_LOG,
                rooms(
                        "server.service",
                        "server.listener",
                        "server.relay",
                        "server.events",
                        "protocol.yamux.netty",
                        "protocol"));
        wall(
                "server.control",
                NETTY_AND_LOG,
                rooms(
                        "server.service",
                        "server.listener",
                        "server.relay",
                        "server.events",
                        "server.config",
                        "server.tls",
                        "server.route",
                        "protocol.*"));
        wall(
                "server.api",
                NETTY_AND_LOG,
                JACKSON,
                rooms(
                        "server.service",
                        "server.listener",
                        "server.backend",
                        "server.events",
                        "server.config",
                        "protocol"));
    }

    /** Strings and comments: an import is in neither. */
    private static final Pattern NO_CODE =
            Pattern.compile("\"(?:\\\\.|[^\"\\\\\\n])*+\"|//[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    private static final Pattern IMPORT = Pattern.compile("(?m)^import\\s+(?:static\\s+)?([\\w.]+)");

    /** Names that are written out in the code instead of being imported. */
    private static final Pattern QUALIFIED = Pattern.compile("\\b((?:io|com|org|javax?|sun|jdk|ch)\\.[a-z][\\w.]*)");

    /** The package in front of a class name. */
    private static final Pattern PACKAGE_OF = Pattern.compile("^((?:[a-z_][a-z0-9_]*\\.)+)[A-Z].*");

    @SafeVarargs
    private static void wall(String room, List<String>... allowed) {
        List<String> all = new ArrayList<>(JDK);
        all.add(BASE + room);
        for (List<String> some : allowed) {
            all.addAll(some);
        }
        WALLS.put(BASE + room, all);
    }

    private static List<String> rooms(String... names) {
        return Stream.of(names).map(name -> BASE + name).toList();
    }

    @Test
    void noRoomLooksThroughAWall() {
        List<String> violations = new ArrayList<>();
        for (String module : GUARDED_MODULES) {
            for (Path file : sources(module)) {
                violations.addAll(violations(root().relativize(file).toString(), room(file, module), read(file)));
            }
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void everyPackageOfEveryModuleSaysWhatItIsFor() {
        TreeSet<String> silent = new TreeSet<>();
        for (String module : modules()) {
            for (Path file : sources(module)) {
                Path info = file.resolveSibling("package-info.java");
                if (!Files.exists(info) || !read(info).contains("/**")) {
                    silent.add("write " + root().relativize(info)
                            + ": what the room is for, where to start reading, its thread, what it does not know");
                }
            }
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void aViolationIsNamedWithFileImportAndWall() {
        String source = """
                package io.socketmaster.server.route;
                import java.util.List;
                import static io.netty.buffer.Unpooled.buffer;
                /** {@link io.socketmaster.server.http.Comment} */
                class X { Object o = new io.socketmaster.server.service.Thing("io.netty.channel.Text"); } // org.slf4j.Log
                """;

        assertThat(violations("X.java", "io.socketmaster.server.route", source))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("X.java: io.netty.buffer.Unpooled.buffer")
                                .contains("io.socketmaster.server.route may look at")
                                .contains("java.*"),
                        second -> assertThat(second).startsWith("X.java: io.socketmaster.server.service.Thing"));
        assertThat(violations("Y.java", "io.socketmaster.server.attic", source))
                .singleElement()
                .asString()
                .contains("has no wall");
    }

    private static List<String> violations(String file, String room, String source) {
        List<String> allowed = WALLS.get(room);
        if (allowed == null) {
            return List.of(
                    file + ": the room " + room + " has no wall; give it a row in WallsTest and in docs/design.md");
        }
        String code = NO_CODE.matcher(source).replaceAll(" ").replaceAll("(?m)^package .*", "");
        List<String> names = new ArrayList<>();
        Matcher imports = IMPORT.matcher(code);
        while (imports.find()) {
            names.add(imports.group(1));
        }
        Matcher qualified = QUALIFIED.matcher(code.replaceAll("(?m)^import .*", ""));
        while (qualified.find()) {
            names.add(qualified.group(1));
        }
        return names.stream()
                .filter(name -> !isAllowed(packageOf(name), allowed))
                .map(name -> file + ": " + name + " is behind a wall; " + room + " may look at " + allowed)
                .toList();
    }

    private static boolean isAllowed(String name, List<String> allowed) {
        return allowed.stream()
                .anyMatch(pattern -> pattern.endsWith(".*")
                        ? (name + ".").startsWith(pattern.substring(0, pattern.length() - 1))
                        : name.equals(pattern));
    }

    private static String packageOf(String name) {
        Matcher matcher = PACKAGE_OF.matcher(name);
        return matcher.matches()
                ? matcher.group(1).substring(0, matcher.group(1).length() - 1)
                : name;
    }

    private static String room(Path file, String module) {
        Path folder = root().resolve(module).resolve("src/main/java").relativize(file.getParent());
        return folder.toString().replace(folder.getFileSystem().getSeparator(), ".");
    }

    private static List<Path> sources(String module) {
        Path folder = root().resolve(module).resolve("src/main/java");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the parent's pom lists them. */
    private static List<String> modules() {
        List<String> modules = new ArrayList<>();
        Matcher matcher = Pattern.compile("<module>([^<]+)</module>").matcher(read(root().resolve("pom.xml")));
        while (matcher.find()) {
            modules.add(matcher.group(1));
        }
        assertThat(modules).containsAll(GUARDED_MODULES);
        return modules;
    }

    /** The project's folder, wherever in it the test was started. */
    private static Path root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("socketmaster-protocol"))) {
                return at;
            }
        }
        throw new IllegalStateException("the test must run inside the project's folder");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
