package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The hashes here were computed with Python as the Lambda function does, over the same sample files. */
class LambdaCompatibilityTest {

    private static final Path SAMPLES = Path.of("src/test/resources/samples");

    private final KeyRules rules = KeyRules.load(Path.of("routes/event-keys.yaml"), Duration.ofMinutes(5));

    @Test
    void anUnknownTypeHasTheHashOfItsDetail() throws IOException {
        String event = sample("f1-lambda-interaction.routing.update.json")
                .replace("interaction.routing.update", "interaction.other");
        assertThat(key(event).hash()).isEqualTo("15dea152d03e1ce3c7adf50f554ba5e88d186e3105934a4b10b61d7f2a1d6f23");
    }

    @Test
    void anAnalyticsContactHasTheHashOfItsInteractionId() throws IOException {
        EventKey key = key(sample("f2-lambda-interaction.analytics.contact.json"));
        assertThat(key.hash()).isEqualTo("73b63f58f35fe4fb7ca42b8217efb2921a5177fe003790a03f69c7eddc27659f");
        assertThat(key.window()).isEqualTo(Duration.ofMinutes(5));
        assertThat(key.fallback()).isFalse();
    }

    @Test
    void anAnalyticsContactWithAnEmptyInteractionIdHasTheHashOfItsDetail() throws IOException {
        EventKey key = key(sample("f2-lambda-interaction.analytics.contact.json")
                .replace("\"be946918-2639-45ef-91a8-d2953abf2ee1\"", "\"\""));
        assertThat(key.hash()).isEqualTo("78335aa4612685832721305fda1ba6f189d3c390908cb73d5341a614339f2924");
        assertThat(key.fallback()).isTrue();
    }

    @Test
    void anAnalyticsContactWithoutInteractionIdHasTheHashOfItsDetail() throws IOException {
        EventKey key = key(sample("f2-lambda-interaction.analytics.contact.json")
                .replace("\"interaction-id\": \"be946918-2639-45ef-91a8-d2953abf2ee1\",", ""));
        assertThat(key.hash()).isEqualTo("5ff5d68aab43c8fd84deed7f43456de6dfd69a4623a334eec64b4f4c06b5b997");
        assertThat(key.fallback()).isTrue();
    }

    private static String sample(String name) throws IOException {
        return Files.readString(SAMPLES.resolve(name));
    }

    private EventKey key(String event) {
        return rules.keyOf((UsableEvent) new EventSplitter().split(event).get(0));
    }
}
