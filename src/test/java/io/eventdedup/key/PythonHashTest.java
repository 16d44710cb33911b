package io.eventdedup.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.json.CanonicalJson;
import io.eventdedup.json.Edits;
import io.eventdedup.json.JsonException;
import io.eventdedup.json.JsonReader;
import io.eventdedup.json.JsonTexts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Example;
import org.opentest4j.TestAbortedException;

/** The same values given to a real Python; where there is none, the vectors of {@link CanonicalJsonTest} remain. */
class PythonHashTest {

    private static final int VALUES = 10_000;

    @Example
    void generatedValuesHaveTheHashThatPythonComputes() throws Exception {
        List<String> texts = JsonTexts.values().sampleStream().limit(VALUES).toList();

        List<String> hashes = pythonHashes(texts);

        assertThat(hashes).hasSameSizeAs(texts);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(hash(texts.get(i))).as(texts.get(i)).isEqualTo(hashes.get(i));
        }
    }

    private static List<String> pythonHashes(List<String> texts) throws IOException, InterruptedException {
        Path input = Files.write(Files.createTempFile("texts", ".jsonl"), texts);
        Path output = Files.createTempFile("hashes", ".txt");
        Process python;
        try {
            python = new ProcessBuilder("python3", "src/test/python/canonical_json_vectors.py", "--hash")
                    .redirectInput(input.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new TestAbortedException("there is no python3 here", e);
        }
        assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(python.exitValue()).isZero();
        List<String> hashes = Files.readAllLines(output, StandardCharsets.US_ASCII);
        Files.delete(input);
        Files.delete(output);
        return hashes;
    }

    private static String hash(String text) throws JsonException {
        StringBuilder canonical = new StringBuilder();
        CanonicalJson.write(new JsonReader(text).document(), Edits.NONE, canonical);
        return KeyMaterial.hash(KeyMaterial.of(canonical));
    }
}
