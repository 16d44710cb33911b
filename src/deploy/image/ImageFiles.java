import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Makes what the container image holds besides the jars, in {@code target/image}: a Java runtime in {@code /opt/java}, the cache of what
 * Java learned about the program in a training run, and the entry point with its options. {@code exec:exec@image} runs it.
 *
 * <p>Java uses the cache only with the very runtime and the very jars that it was made with, their sizes and times included,
 * so all go into the image together. Jib gives every jar the time of one second after the epoch.
 */
public final class ImageFiles {

    private static final Path IMAGE = Path.of("target/image");
    private static final Path JAR = Path.of("target/event-dedup.jar");
    private static final FileTime TIME_OF_JIB = FileTime.from(Instant.ofEpochSecond(1));
    private static final Path ENTRY_POINT = Path.of("src/deploy/image/event-dedup.sh");

    /** The oldest Java that makes an AOT cache in one run, with profiles in it (JEP 514, JEP 515). */
    private static final int OLDEST_JAVA = 25;

    /** The cache fits one garbage collector only; on a small heap the serial one takes the least CPU and memory. */
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:MaxRAMPercentage=60",
            "-XX:+ExitOnOutOfMemoryError",
            // the root may be read-only: Vert.x needs no copies of files that it serves
            "-Dvertx.disableFileCPResolving=true",
            // Netty without what Java 24 and later warn of
            "-Dio.netty.noUnsafe=true");

    /** Java SE, for users' own steps; what the AWS SDK, Netty and Micrometer ask for; flight recorder and file systems. */
    private static final String MODULES =
            "java.se,jdk.unsupported,jdk.management,jdk.management.agent,jdk.jfr,jdk.net,jdk.zipfs,jdk.naming.dns,jdk.crypto.ec";

    private final Path image;

    private ImageFiles(Path image) {
        this.image = image;
    }

    /** Takes the class path of the training run. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String problem = problem();
        if (problem != null) {
            System.err.println(problem);
            System.exit(1);
        }
        new ImageFiles(IMAGE.toAbsolutePath()).make(arguments[0]);
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

    private void make(String trainingClassPath) throws IOException, InterruptedException {
        delete(image);
        jlink();
        copyJars();
        Path entryPoint = image.resolve("app").resolve(ENTRY_POINT.getFileName());
        Files.copy(ENTRY_POINT, entryPoint, StandardCopyOption.COPY_ATTRIBUTES);
        Files.write(image.resolve("app/java.args"), OPTIONS);
        train(entryPoint, trainingClassPath);
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

    /** Where Jib puts them, with Jib's time; and their list, in their order on the class path. */
    private void copyJars() throws IOException {
        List<String> classPath = new ArrayList<>();
        classPath.add("app/classpath/" + JAR.getFileName());
        copy(JAR, image.resolve(classPath.get(0)));
        for (String library : libraries()) {
            String place = "app/libs/" + Path.of(library).getFileName();
            copy(JAR.resolveSibling(library), image.resolve(place));
            classPath.add(place);
        }
        Files.write(image.resolve("app/class-path"), classPath);
    }

    /** With all compilers, so that the cache has the profiles that the second one asks for. */
    private void train(Path entryPoint, String classPath) throws IOException, InterruptedException {
        Path cache = image.resolve("app/event-dedup.aot");
        ProcessBuilder training = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dsqlite4java.library.path=" + System.getProperty("sqlite4java.library.path"),
                        "-cp",
                        classPath,
                        "io.eventdedup.bench.PackagedJar",
                        "env",
                        "CPU_UNITS=2048",
                        "JDK_JAVA_OPTIONS=-Xmx300m -XX:AOTCacheOutput=" + cache,
                        entryPoint.toString())
                .inheritIO();
        if (training.start().waitFor() != 0 || !Files.exists(cache)) {
            throw new IllegalStateException("the training run failed");
        }
    }

    /** In the order of the jar's manifest, and relative to the jar. */
    private static List<String> libraries() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            return List.of(
                    jar.getManifest().getMainAttributes().getValue("Class-Path").split(" "));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(to, TIME_OF_JIB);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> childrenFirst = new ArrayList<>(all.sorted(Comparator.reverseOrder()).toList());
            for (Path path : childrenFirst) {
                Files.delete(path);
            }
        }
    }
}
