package io.eventdedup.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The YAML that users get, against the schema that visual editors use. */
class RouteFileTest {

    private static final Path ROUTE = Path.of("routes/dedup.camel.yaml");
    private static final Pattern YAML = Pattern.compile("```yaml\n(- route.*?)```", Pattern.DOTALL);

    @Test
    void theRouteFitsOnAScreen() throws IOException {
        assertThat(Files.readAllLines(ROUTE))
                .filteredOn(line -> !line.isBlank() && !line.stripLeading().startsWith("#"))
                .hasSizeLessThanOrEqualTo(45);
    }

    static Stream<String> yaml() throws IOException {
        Matcher inTheDocs = YAML.matcher(Files.readString(Path.of("src/docs/failures.md")));
        return Stream.concat(
                Stream.of(Files.readString(ROUTE)), inTheDocs.results().map(block -> block.group(1)));
    }

    @ParameterizedTest
    @MethodSource("yaml")
    void itIsValidAgainstCamelsOwnSchema(String yaml) throws IOException {
        JsonNode document = new ObjectMapper(new YAMLFactory()).readTree(yaml);

        assertThat(schema().validate(document)).isEmpty();
    }

    @Test
    void theSchemaRefusesAStepThatDoesNotExist() throws IOException {
        String mistaken = Files.readString(ROUTE).replace("- split:", "- spilt:");

        assertThat(schema().validate(new ObjectMapper(new YAMLFactory()).readTree(mistaken)))
                .isNotEmpty();
    }

    private static JsonSchema schema() throws IOException {
        try (InputStream schema = RouteFileTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
                    .getSchema(new ObjectMapper().readTree(schema));
        }
    }
}
