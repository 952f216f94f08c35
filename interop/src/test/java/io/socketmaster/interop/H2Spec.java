package io.socketmaster.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;

/** The conformance suite h2spec, whose Linux program comes inside a Maven artifact. Elsewhere its tests are skipped. */
final class H2Spec {
    private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";

    private H2Spec() {}

    /** Unpacks the program into {@code directory}. */
    static Program unpack(Path directory) {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        boolean fits = system.toLowerCase(Locale.ROOT).matches("linux (amd64|x86_64)");
        if (!fits) {
            System.out.println("interop: h2spec has no program for " + system + ", and its tests are SKIPPED");
        }
        Assumptions.assumeTrue(fits, "h2spec has no program for " + system);
        Path archive = directory.resolve("h2spec.tar.gz");
        try (InputStream packed = H2Spec.class.getResourceAsStream(ARCHIVE)) {
            Files.copy(packed, archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Program.Result unpacked = Program.find("tar", "install 'tar'")
                .run("xzf", archive.toString(), "-C", directory.toString(), "h2spec");
        if (unpacked.exitCode() != 0) {
            throw new AssertionError("h2spec could not be unpacked: " + unpacked.output());
        }
        return new Program(directory.resolve("h2spec"));
    }
}
