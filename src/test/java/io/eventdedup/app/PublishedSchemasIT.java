package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The files of {@code src/deploy} against the schemas that AWS, Kubernetes and KEDA publish. The schemas are npm packages, and
 * the checks are the scripts in {@code src/test/node}; without npm, or where it cannot install, the tests are skipped. Each
 * test gives its script a damaged copy of a file, too, so it fails if the script notices nothing.
 */
class PublishedSchemasIT {

    private static final Path SCRIPTS = Path.of("src/test/node");
    /** With the scripts, since Node.js looks for packages where the script is. */
    private static final Path DIRECTORY = Path.of("target/node");

    private static final Path PACKAGES = DIRECTORY.resolve("node_modules");
    private static final Path INSTALLED = DIRECTORY.resolve("installed.json");

    private record Result(int exitCode, List<String> lines) {}

    @BeforeAll
    static void install() throws Exception {
        assumeTrue(run(Path.of("."), "node", "--version").exitCode() == 0, "Node.js is missing");
        Files.createDirectories(DIRECTORY);
        for (String file : List.of("package.json", "templates.mjs", "manifests.mjs")) {
            Files.copy(SCRIPTS.resolve(file), DIRECTORY.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Path wanted = DIRECTORY.resolve("package.json");
        if (Files.exists(PACKAGES) && Files.exists(INSTALLED) && Files.mismatch(wanted, INSTALLED) == -1) {
            return;
        }
        Result npm =
                run(DIRECTORY, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--no-package-lock");
        assumeTrue(npm.exitCode() == 0, () -> "npm is missing or cannot install: " + String.join(" ", npm.lines()));
        Files.copy(wanted, INSTALLED, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void theAwsCdkKnowsEveryPropertyOfTheTemplates() throws Exception {
        List<Path> files = yamlIn("src/deploy/aws");
        Path damaged = damaged("src/deploy/aws/service.yaml", "StopTimeout:", "StopTimeOut:");

        Result result = node("templates.mjs", files, damaged);

        assertThat(files).hasSize(2);
        assertThat(result.lines())
                .filteredOn(line -> line.contains(".yaml: "))
                .containsExactly(damaged.toAbsolutePath()
                        + ": TaskDefinition has an unknown property /ContainerDefinitions/0/StopTimeOut");
        assertThat(result.exitCode()).isOne();
    }

    @Test
    void theManifestsFitTheSchemasOfKubernetesAndKeda() throws Exception {
        List<Path> files = yamlIn("src/deploy/kubernetes");
        Path damaged = damaged("src/deploy/kubernetes/keda.yaml", "identityOwner: keda", "identityOwner: operator");

        Result result = node("manifests.mjs", files, damaged);

        assertThat(result.lines())
                .filteredOn(line -> line.contains(".yaml: "))
                .isNotEmpty()
                .allMatch(line -> line.startsWith(damaged.toAbsolutePath() + ": TriggerAuthentication: "));
        assertThat(result.lines()).contains("8 documents");
        assertThat(result.exitCode()).isOne();
    }

    private static List<Path> yamlIn(String directory) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> yaml = Files.newDirectoryStream(Path.of(directory), "*.yaml")) {
            yaml.forEach(files::add);
        }
        return files;
    }

    private static Path damaged(String file, String from, String to) throws IOException {
        String text = Files.readString(Path.of(file));
        assertThat(text).contains(from);
        return Files.writeString(DIRECTORY.resolve("damaged-" + Path.of(file).getFileName()), text.replace(from, to));
    }

    private static Result node(String script, List<Path> files, Path damaged) throws Exception {
        return run(
                DIRECTORY,
                Stream.concat(
                                Stream.of("node", script),
                                Stream.concat(files.stream(), Stream.of(damaged))
                                        .map(file -> file.toAbsolutePath().toString()))
                        .toArray(String[]::new));
    }

    /** Exit code 127, as of a shell, if there is no such command. */
    private static Result run(Path directory, String... command) throws Exception {
        Path output = Files.createTempFile("published-schemas", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("no end after five minutes: " + String.join(" ", command));
            }
            return new Result(process.exitValue(), Files.readAllLines(output, StandardCharsets.UTF_8));
        } catch (IOException missing) {
            return new Result(127, List.of(missing.getMessage()));
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
