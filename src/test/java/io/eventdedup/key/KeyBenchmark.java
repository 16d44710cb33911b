package io.eventdedup.key;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Time from a message body to its key, next to the floor: Jackson parsing the same body, and SHA-256 of the same bytes.
 * Run it with {@code mvn -q test-compile exec:java -Dexec.mainClass=io.eventdedup.key.KeyBenchmark}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KeyBenchmark {

    private final EventSplitter splitter = new EventSplitter();
    private final ObjectMapper jackson = new ObjectMapper();
    private KeyRules rules;
    private String ofSession;
    private String ofWholeDetail;

    @Setup
    public void read() throws IOException {
        rules = KeyRules.load(Path.of("routes/event-keys.yaml"), Duration.ofMinutes(5));
        ofSession = Files.readString(Path.of("src/test/resources/samples/01-detail-customer.start.json"));
        ofWholeDetail = ofSession.replace("v2.detail.events.conversation.{id}.customer.start", "of another system");
    }

    @Benchmark
    public EventKey key() {
        return rules.keyOf((UsableEvent) splitter.split(ofSession).get(0));
    }

    @Benchmark
    public EventKey keyOfTheWholeDetail() {
        return rules.keyOf((UsableEvent) splitter.split(ofWholeDetail).get(0));
    }

    /** As the route does it. */
    @Benchmark
    public Object[] keyAndSketch() {
        UsableEvent event = (UsableEvent) splitter.split(ofSession).get(0);
        return new Object[] {rules.keyOf(event), rules.sketchOf(event)};
    }

    @Benchmark
    public Object floor() throws JsonProcessingException, NoSuchAlgorithmException {
        Object tree = jackson.readTree(ofSession);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(ofSession.getBytes(StandardCharsets.UTF_8));
        return new Object[] {tree, hash};
    }

    public static void main(String[] arguments) throws RunnerException {
        // Maven runs this in a class loader of its own, of which JMH's fork would know nothing
        if (KeyBenchmark.class.getClassLoader() instanceof URLClassLoader loader) {
            System.setProperty(
                    "java.class.path",
                    Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator)));
        }
        var options = new OptionsBuilder()
                .include(KeyBenchmark.class.getSimpleName() + "[.]")
                .forks(1)
                .warmupIterations(5)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(1))
                .build();
        var results = new Runner(options).run();
        double floor = results.stream()
                .filter(result -> result.getPrimaryResult().getLabel().equals("floor"))
                .mapToDouble(result -> result.getPrimaryResult().getScore())
                .findFirst()
                .orElseThrow();
        for (RunResult result : results) {
            var score = result.getPrimaryResult();
            System.out.printf(
                    "%-20s %6.2f us, %.2f of the floor%n",
                    score.getLabel(), score.getScore(), score.getScore() / floor);
        }
    }
}
