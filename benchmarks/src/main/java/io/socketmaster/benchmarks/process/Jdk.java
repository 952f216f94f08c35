package io.socketmaster.benchmarks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A JDK that is installed.
 *
 * @param feature its version, such as 25
 * @param home its directory
 */
public record Jdk(int feature, Path home) {
    /** Where Debian and others put them. */
    private static final Path DIRECTORY = Path.of("/usr/lib/jvm");

    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)[.\"]");

    /** The one that runs this, and one of each other version that can be found; by version. */
    public static List<Jdk> installed() throws IOException {
        List<Path> homes = new ArrayList<>();
        homes.add(Path.of(System.getProperty("java.home")));
        if (Files.isDirectory(DIRECTORY)) {
            try (Stream<Path> found = Files.list(DIRECTORY)) {
                found.sorted().forEach(homes::add);
            }
        }
        Map<Integer, Jdk> byVersion = new TreeMap<>();
        for (Path home : homes) {
            Optional<Jdk> jdk = at(home);
            jdk.ifPresent(there -> byVersion.putIfAbsent(there.feature, there));
        }
        return List.copyOf(byVersion.values());
    }

    private static Optional<Jdk> at(Path home) throws IOException {
        Path release = home.resolve("release");
        if (!Files.isRegularFile(release) || !Files.isExecutable(home.resolve("bin/javac"))) {
            return Optional.empty();
        }
        return version(Files.readString(release)).map(feature -> new Jdk(feature, home));
    }

    /** @param release text of a JDK's file of that name */
    static Optional<Integer> version(String release) {
        Matcher version = VERSION.matcher(release);
        return version.find() ? Optional.of(Integer.parseInt(version.group(1))) : Optional.empty();
    }
}
