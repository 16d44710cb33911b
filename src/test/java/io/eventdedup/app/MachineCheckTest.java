package io.eventdedup.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventdedup.route.Settings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineCheckTest {

    @ParameterizedTest
    @CsvSource({
        // cpus, memory and heap in MB, workers
        "1,   512, 256,   64, GOOD,     GOOD,     ''",
        "2, 24000, 6000,  64, GOOD,     GOOD,     ''",
        "1,   512, 384,   64, GOOD,     DOUBTFUL, set JDK_JAVA_OPTIONS=-XX:MaxRAMPercentage=60",
        "1,   512, 128,   64, GOOD,     DOUBTFUL, set JDK_JAVA_OPTIONS=-XX:MaxRAMPercentage=60",
        "1,   256,  64,   64, GOOD,     DOUBTFUL, need 348 MB of memory",
        "1,  4000, 3000, 512, DOUBTFUL, GOOD,     set dedup.workers to 256",
    })
    void whatTheMachineGivesIsComparedWithTheSettings(
            int cpus,
            long memory,
            long heap,
            String workers,
            CheckResult.Status ofCpus,
            CheckResult.Status ofMemory,
            String fix) {
        Settings settings = Settings.load(Map.of("dedup.workers", workers), Map.of(), Path.of(""));

        assertThat(new MachineCheck(cpus, memory, heap).run(settings))
                .satisfiesExactly(
                        first -> assertThat(first.status()).isEqualTo(ofCpus),
                        second -> assertThat(second.status()).isEqualTo(ofMemory))
                .anyMatch(result -> result.text().contains(fix));
    }

    @Test
    void thisMachineIsKnown() {
        MachineCheck here = MachineCheck.ofThisProcess();

        assertThat(here.heap()).isBetween(1L, here.memory());
    }
}
