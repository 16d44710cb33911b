package io.eventdedup.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The first minute of a small container: fresh processes with one CPU and {@value #HEAP}, in turns. CPU seconds until the first event is
 * forwarded, and of the next ones, which say more than seconds on a machine that others use too. {@code -Drounds=3},
 * {@code -Dcount=6000}, {@code -Djava=/path/to/bin/java} for another Java than Maven's. The container image is measured if
 * {@code exec:exec@image} has made its files.
 */
public final class StartTime {

    private static final String HEAP = "-Xmx300m";
    private static final Path JAR = Path.of("target/event-dedup.jar").toAbsolutePath();
    private static final Path IMAGE = Path.of("target/image/app/event-dedup.sh").toAbsolutePath();
    private static final int ROUNDS = Integer.getInteger("rounds", 3);
    private static final int MORE = Integer.getInteger("count", 6_000);
    private static final String JAVA =
            System.getProperty("java", Path.of(System.getProperty("java.home"), "bin", "java").toString());

    /** What is measured: a command and its environment. */
    private record Start(List<String> command, Map<String, String> environment) {}

    private StartTime() {}

    public static void main(String[] arguments) throws IOException {
        if (!Files.exists(JAR)) {
            System.err.println(JAR + " is missing: mvn package -DskipTests");
            System.exit(1);
        }
        Path archive = Files.createTempDirectory("event-dedup").resolve("event-dedup.jsa");
        Map<String, List<PackagedJar.Cold>> measured = new LinkedHashMap<>();
        try (PackagedJar program = new PackagedJar()) {
            program.train(jar(List.of(HEAP, "-XX:+UseSerialGC", "-XX:ArchiveClassesAtExit=" + archive)));
            Map<String, Start> all = starts(archive);
            for (int round = 0; round < ROUNDS; round++) {
                all.forEach((name, start) -> {
                    PackagedJar.Cold cold = program.cold(start.command(), start.environment(), MORE);
                    System.err.println(name + " " + cold);
                    measured.computeIfAbsent(name, none -> new ArrayList<>()).add(cold);
                });
            }
        } finally {
            Files.deleteIfExists(archive);
            Files.delete(archive.getParent());
        }
        print(measured);
        System.exit(0);
    }

    private static Map<String, Start> starts(Path archive) {
        Map<String, Start> all = new LinkedHashMap<>();
        String archived = "-XX:SharedArchiveFile=" + archive;
        all.put("java -jar, class archive", new Start(jar(List.of(archived)), environment("")));
        all.put("java -jar, class archive, C1", new Start(jar(List.of(archived, "-XX:TieredStopAtLevel=1")), environment("")));
        if (Files.exists(IMAGE)) {
            all.put("image, one CPU", new Start(List.of(IMAGE.toString()), environment("512")));
            all.put("image, all compilers", new Start(List.of(IMAGE.toString()), environment("2048")));
        }
        all.put("plain Camel", new Start(plainCamel(), environment("")));
        return all;
    }

    private static Map<String, String> environment(String cpuUnits) {
        return Map.of("CPU_UNITS", cpuUnits, "JDK_JAVA_OPTIONS", HEAP + " -XX:ActiveProcessorCount=1");
    }

    private static List<String> jar(List<String> options) {
        return Stream.of(List.of(JAVA), options, List.of("-jar", JAR.toString()))
                .flatMap(List::stream)
                .toList();
    }

    private static List<String> plainCamel() {
        Job job = new Job(
                PackagedJar.INPUT, PackagedJar.OUTPUT, PackagedJar.DEAD_LETTERS, PackagedJar.TABLE, 2, 64, 1);
        return Stream.of(
                        List.of(JAVA),
                        List.of("-cp", Child.classPath(), VariantProcess.class.getName(), Variant.PLAIN.letter()),
                        job.arguments())
                .flatMap(List::stream)
                .toList();
    }

    private static void print(Map<String, List<PackagedJar.Cold>> measured) {
        System.out.printf("Medians of %d fresh processes, and their range; %s, one CPU, %s%n%n", ROUNDS, JAVA, HEAP);
        System.out.printf("| | CPU s to the first event | CPU s of %,d more | first event after, s | peak, MB |%n", MORE);
        System.out.println("|---|--:|--:|--:|--:|");
        measured.forEach((name, all) -> System.out.printf(
                "| %s | %s | %s | %s | %s |%n",
                name,
                range(all, PackagedJar.Cold::cpuSeconds),
                range(all, PackagedJar.Cold::cpuSecondsOfMore),
                range(all, PackagedJar.Cold::seconds),
                range(all, PackagedJar.Cold::peakMb)));
    }

    private static String range(List<PackagedJar.Cold> all, ToDoubleFunction<PackagedJar.Cold> value) {
        Statistics statistics =
                Statistics.of(all.stream().mapToDouble(value).boxed().toList());
        return String.format(
                Locale.ROOT, "%.1f (%.1f to %.1f)", statistics.median(), statistics.least(), statistics.most());
    }
}
