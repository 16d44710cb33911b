package io.eventdedup.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes what the container image holds besides the jars, in {@code target/image}: a Java runtime in {@code /opt/java}, the
 * archive of the classes that the program loads at its start, and the arguments that {@code java} is started with.
 *
 * <p>Java uses an archive only with the very runtime and the very jars that it was made with, their sizes and times included,
 * so both go into the image together. Jib gives every jar the time of one second after the epoch.
 */
public final class ImageFiles {

    private static final Path IMAGE = Path.of("target/image");
    private static final Path JAR = Path.of("target/event-dedup.jar");
    private static final FileTime TIME_OF_JIB = FileTime.from(Instant.ofEpochSecond(1));
    private static final String MAIN = "io.eventdedup.app.EventDedup";

    /** The oldest Java whose archives may be made in one directory and used in another (JDK-8279366). */
    private static final int OLDEST_JAVA = 21;

    /** Java SE, for users' own steps; what the AWS SDK, Netty and Micrometer ask for; flight recorder and file systems. */
    private static final String MODULES =
            "java.se,jdk.unsupported,jdk.management,jdk.management.agent,jdk.jfr,jdk.net,jdk.zipfs,jdk.naming.dns,jdk.crypto.ec";

    private final Path image;

    private ImageFiles(Path image) {
        this.image = image;
    }

    public static void main(String[] arguments) {
        String problem = problem();
        if (problem != null) {
            System.err.println(problem);
            System.exit(1);
        }
        new ImageFiles(IMAGE.toAbsolutePath()).make();
        System.exit(0);
    }

    /** What stands in the way, and what to do about it; null if nothing does. */
    private static String problem() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "The image gets the Java that Maven runs with: build it on Linux";
        }
        if (Runtime.version().feature() < OLDEST_JAVA) {
            return "The image gets the Java that Maven runs with: set JAVA_HOME to Java " + OLDEST_JAVA + " or later";
        }
        return Files.exists(JAR) ? null : JAR + " is missing: mvn package -DskipTests";
    }

    private void make() {
        delete(image);
        jlink();
        copyJars();
        archive();
        write(image.resolve("app/java.args"), String.join(System.lineSeparator(), arguments("/")));
    }

    /** What starts the program from {@code target/image} as the image starts it from its root. */
    static List<String> command() {
        Path image = IMAGE.toAbsolutePath();
        List<String> command = new ArrayList<>();
        command.add(image.resolve("opt/java/bin/java").toString());
        command.addAll(arguments(image + "/"));
        return command;
    }

    static boolean areMade() {
        return Files.exists(IMAGE.resolve("app/java.args"));
    }

    private static List<String> arguments(String root) {
        return List.of(
                "-XX:SharedArchiveFile=" + root + "app/event-dedup.jsa",
                "-XX:MaxRAMPercentage=75",
                "-XX:+ExitOnOutOfMemoryError",
                // the root may be read-only: Vert.x needs no copies of files that it serves
                "-Dvertx.disableFileCPResolving=true",
                // Netty without what Java 24 and later warn of
                "-Dio.netty.noUnsafe=true",
                "-cp",
                classPath(root),
                MAIN);
    }

    private void jlink() {
        System.err.println("Java runtime: " + System.getProperty("java.runtime.version"));
        int exitCode = ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new IllegalStateException("this Java has no jlink"))
                .run(
                        System.out,
                        System.err,
                        "--add-modules",
                        MODULES,
                        "--strip-debug",
                        "--no-header-files",
                        "--no-man-pages",
                        "--generate-cds-archive",
                        "--output",
                        image.resolve("opt/java").toString());
        if (exitCode != 0) {
            throw new IllegalStateException("jlink failed");
        }
        if (image.resolve("opt/java/lib/security/cacerts").toFile().length() == 0) {
            throw new IllegalStateException("this Java has no certificates of its own: use Eclipse Temurin");
        }
    }

    /** Where Jib puts them, with Jib's time. */
    private void copyJars() {
        copy(JAR, image.resolve("app/classpath").resolve(JAR.getFileName()));
        for (String library : libraries()) {
            copy(JAR.resolveSibling(library), image.resolve("app/libs").resolve(Path.of(library).getFileName()));
        }
    }

    private void archive() {
        try (PackagedJar program = new PackagedJar()) {
            program.train(List.of(
                    image.resolve("opt/java/bin/java").toString(),
                    "-XX:ArchiveClassesAtExit=" + image.resolve("app/event-dedup.jsa"),
                    "-cp",
                    classPath(image + "/"),
                    MAIN));
        }
    }

    /** Jars of the user's own come last, so that the archive fits with any of them, and is made with their place in mind. */
    private static String classPath(String root) {
        Stream<String> libraries = libraries().stream().map(library -> "app/libs/" + Path.of(library).getFileName());
        return Stream.of(Stream.of("app/classpath/" + JAR.getFileName()), libraries, Stream.of("config/lib/*"))
                .flatMap(Function.identity())
                .map(root::concat)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** In the order of the jar's manifest, and relative to the jar. */
    private static List<String> libraries() {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return List.of(
                    jar.getManifest().getMainAttributes().getValue("Class-Path").split(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.createDirectories(to.getParent());
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(to, TIME_OF_JIB);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> childrenFirst = new ArrayList<>(all.sorted(Comparator.reverseOrder()).toList());
            for (Path path : childrenFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
