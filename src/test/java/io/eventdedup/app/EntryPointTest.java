package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The image's entry point, with a Java that prints what it is given. */
@EnabledOnOs(OS.LINUX)
class EntryPointTest {

    private static final String C1 = "-XX:TieredStopAtLevel=1";

    @TempDir
    Path root;

    @BeforeEach
    void makeTheImage() throws IOException {
        Path app = Files.createDirectory(root.resolve("app"));
        Files.copy(Path.of("src/deploy/image/event-dedup.sh"), app.resolve("event-dedup.sh"));
        Files.writeString(app.resolve("class-path"), "app/classpath/event-dedup.jar\napp/libs/a.jar\n");
        Path java = Files.createDirectories(root.resolve("opt/java/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"$JDK_JAVA_OPTIONS|$*\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void onOneCpuOrLessOnlyTheFirstCompilerWorks() throws IOException {
        assertThat(started(Map.of("CPU_UNITS", "512"))).contains(C1, "-XX:ActiveProcessorCount=1");
        assertThat(started(Map.of("CPU_UNITS", "1024"))).contains(C1);
        assertThat(started(Map.of("CPU_UNITS", "2048"))).doesNotContain(C1, "ActiveProcessorCount");
    }

    @Test
    void theCommandAndTheClassPathArePassedOn() throws IOException {
        assertThat(started(Map.of("CPU_UNITS", "2048"), "key", "a file"))
                .isEqualTo(("|@ROOT/app/java.args -cp ROOT/app/classpath/event-dedup.jar:ROOT/app/libs/a.jar:"
                                + "ROOT/config/lib/* io.eventdedup.app.EventDedup key a file")
                        .replace("ROOT", root.toString()));
    }

    @Test
    void theCacheIsUsedIfItIsThere() throws IOException {
        Path cache = Files.createFile(root.resolve("app/event-dedup.aot"));

        assertThat(started(Map.of("CPU_UNITS", "512"))).contains("-XX:AOTCache=" + cache + " " + C1);
    }

    @Test
    void optionsOfTheUserComeLast() throws IOException {
        assertThat(started(Map.of("CPU_UNITS", "512", "JDK_JAVA_OPTIONS", "-Xmx1g")))
                .contains("-XX:ActiveProcessorCount=1 -Xmx1g|-cp ");
    }

    private String started(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", root.resolve("app/event-dedup.sh").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder entry = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        entry.environment().remove("JDK_JAVA_OPTIONS");
        entry.environment().putAll(environment);
        return new String(entry.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
