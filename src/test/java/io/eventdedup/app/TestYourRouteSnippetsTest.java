package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests that src/docs/test-your-route.md shows are those in the package example, which run with all others. */
class TestYourRouteSnippetsTest {

    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void thePageShowsTheTestsThatAreRun() throws IOException {
        List<String> shown = JAVA.matcher(Files.readString(Path.of("src/docs/test-your-route.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();

        try (Stream<Path> files = Files.list(Path.of("src/test/java/example"))) {
            assertThat(shown)
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(TestYourRouteSnippetsTest::read).toList());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
