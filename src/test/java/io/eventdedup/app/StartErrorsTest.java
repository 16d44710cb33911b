package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventdedup.local.EmbeddedAws;
import io.eventdedup.local.EmbeddedAwsExtension;
import io.eventdedup.route.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes in the route's YAML: each stops the start with one line that names the file, the line and what is wrong. */
@ExtendWith(EmbeddedAwsExtension.class)
class StartErrorsTest {

    @TempDir
    Path directory;

    private RouteFixture fixture;

    @BeforeEach
    void createQueuesAndTable(EmbeddedAws aws) {
        fixture = new RouteFixture(aws);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what is replaced | by what | the place | the problem
                "'      steps:' | '     steps:' | line 12, column 6 | x",
                "- split: | - spilt: | line 13, column 11 | Unknown node id: spilt",
                "ref: dedupKeys | ref: nobody | line 21, column 24 | nobody",
                "ref: dedupKeys | reff: dedupKeys | line 21, column 25 | Unsupported field: reff",
                "- to: | - bean: {beanType: com.example.Missing}\\n                    - to: | line 31, column 40 | class com.example.Missing is not on the class path",
                "- to: | - setBody: {simple: '${bdy'}\\n                    - to: | line 31 | expected symbol",
                "{{dedup.output-queue}} | {{dedup.outputt-queue}} | line 32, column 42 | dedup.outputt-queue",
                "- to: | - to: {uri: 'htttp:x'}\\n                    - to: | line 31, column 34 | htttp",
                "idempotentRepository: dedupRepository | idempotentRepository: dedupRepo | line 24, column 41 | dedupRepo",
                "idempotentRepository: dedupRepository | idempotentRepository: dedupRepository\\n                  eager: false | line 22 | eager: false would claim",
                "'    routeConfigurationId: dedup\\n' | '' | line 10 | add the line 'routeConfigurationId: dedup'",
                "'    routeConfigurationId: dedup\\n' | '    routeConfigurationId: dedupp\\n' | line 11 | dedupp",
            })
    void aMistakeInTheRouteStopsTheStartWithOneLine(String replaced, String by, String place, String problem)
            throws IOException {
        String route = Files.readString(Path.of("routes/dedup.camel.yaml"));
        String changed = route.replaceFirst(
                java.util.regex.Pattern.quote(replaced.replace("\\n", "\n")),
                java.util.regex.Matcher.quoteReplacement(by.replace("\\n", "\n")));
        assertThat(changed).isNotEqualTo(route);
        Files.writeString(directory.resolve("dedup.camel.yaml"), changed);

        ConfigurationException failure = catchThrowableOfType(
                ConfigurationException.class,
                () -> DedupApplication.start(fixture.settings(), "file:" + directory + "/*.camel.yaml"));

        assertThat(failure.getMessage())
                .contains("dedup.camel.yaml", place, problem)
                .doesNotContain("\n");
    }

    @Test
    void aRouteThatIsNotUtf8IsNamed() throws IOException {
        Path file = directory.resolve("dedup.camel.yaml");
        Files.writeString(file, Files.readString(Path.of("routes/dedup.camel.yaml")), StandardCharsets.UTF_16);

        assertThatThrownBy(() -> DedupApplication.start(fixture.settings(), "file:" + directory + "/*.camel.yaml"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Cannot start: " + file + " is not UTF-8; save it as UTF-8");
    }
}
