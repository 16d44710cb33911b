package io.eventdedup.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Measures how long the packaged jar takes from its start to the first event that it has forwarded, with and without an
 * archive of its classes, in turns: {@code -Drounds=10}, {@code -Djava=/path/to/bin/java} for another Java than Maven's. The
 * files of the container image, if they are made, are the third variant.
 */
public final class StartTime {

    private static final Path JAR = Path.of("target/event-dedup.jar").toAbsolutePath();
    private static final int ROUNDS = Integer.getInteger("rounds", 10);
    private static final String JAVA =
            System.getProperty("java", Path.of(System.getProperty("java.home"), "bin", "java").toString());

    private StartTime() {}

    public static void main(String[] arguments) throws IOException {
        if (!Files.exists(JAR)) {
            System.err.println(JAR + " is missing: mvn package -DskipTests");
            System.exit(1);
        }
        Path archive = Files.createTempDirectory("event-dedup").resolve("event-dedup.jsa");
        Map<String, List<Double>> seconds = new LinkedHashMap<>();
        try (PackagedJar program = new PackagedJar()) {
            program.train(command("-XX:ArchiveClassesAtExit=" + archive));
            Map<String, List<String>> variants = new LinkedHashMap<>();
            variants.put("without archive", command());
            variants.put("with archive", command("-XX:SharedArchiveFile=" + archive));
            if (ImageFiles.areMade()) {
                variants.put("image", ImageFiles.command());
            }
            for (int round = 0; round < ROUNDS; round++) {
                variants.forEach((name, command) -> seconds.computeIfAbsent(name, none -> new ArrayList<>())
                        .add(program.firstEvent(command).toMillis() / 1000.0));
            }
        } finally {
            Files.deleteIfExists(archive);
            Files.delete(archive.getParent());
        }
        print(seconds);
        System.exit(0);
    }

    private static List<String> command(String... options) {
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", JAR.toString()));
        return command;
    }

    private static void print(Map<String, List<Double>> seconds) {
        System.out.printf("From start to the first event forwarded, seconds, %d starts each, %s%n", ROUNDS, version());
        seconds.forEach((name, values) -> {
            Statistics statistics = Statistics.of(values);
            System.out.printf(
                    Locale.ROOT,
                    "%-16s median %.2f, %.2f to %.2f   %s%n",
                    name,
                    statistics.median(),
                    statistics.least(),
                    statistics.most(),
                    values.stream()
                            .map(value -> String.format(Locale.ROOT, "%.2f", value))
                            .collect(Collectors.joining(" ")));
        });
    }

    private static String version() {
        try {
            Process java = new ProcessBuilder(JAVA, "-version").redirectErrorStream(true).start();
            return new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse(JAVA);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
