package io.socketmaster.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is what the examples are: a newcomer who copies it gets a program that was tested. */
class ReadmeTest {
    private static final Path SOURCES = Path.of("src/main/java/io/socketmaster/examples");
    private static final Path README = Path.of("../README.md");
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)\\)");

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.map(ReadmeTest::read).map(ReadmeTest::onOneLine).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String onOneLine(String code) {
        return code.replaceAll("\\s+", " ").strip();
    }

    @Test
    void everyBlockOfJavaIsAPartOfAnExample() throws IOException {
        List<String> sources = sources();
        List<String> blocks = JAVA_BLOCK
                .matcher(read(README))
                .results()
                .map(block -> onOneLine(block.group(1)))
                .toList();

        assertThat(blocks).isNotEmpty().allSatisfy(block -> assertThat(sources)
                .anySatisfy(source -> assertThat(source).contains(block)));
    }

    @Test
    void theExampleOfAServiceHasFewerThan25Lines() {
        String first = JAVA_BLOCK.matcher(read(README)).results().findFirst().orElseThrow().group(1);

        assertThat(first.lines()).hasSizeLessThan(25);
    }

    @Test
    void everyLinkWithinTheProjectLeadsSomewhere() {
        List<String> links =
                LINK.matcher(read(README)).results().map(link -> link.group(1)).toList();

        assertThat(links)
                .isNotEmpty()
                .allSatisfy(link -> assertThat(README.resolveSibling(link)).exists());
    }
}
