package io.eventdedup.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsFileTest {

    @TempDir
    private Path directory;

    @Test
    void everyLineIsAMessage() throws IOException {
        Path file = Files.writeString(directory.resolve("own.jsonl"), "\uFEFF{}\r\n\n[{},{}]\nbroken");

        Workload workload = EventsFile.read(file);

        assertThat(workload.messages())
                .containsExactly(new Message("{}", 1), new Message("[{},{}]", 2), new Message("broken", 1));
        assertThat(workload.expectation()).isEmpty();
    }

    @Test
    void aMissingFileIsRefusedByName() {
        assertThatThrownBy(() -> EventsFile.read(Path.of("nowhere.jsonl")))
                .isInstanceOf(BadInputException.class)
                .hasMessage("-Devents=nowhere.jsonl: there is no such file");
    }

    @Test
    void aFileWithoutEventsIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("empty.jsonl"), "\n");

        assertThatThrownBy(() -> EventsFile.read(file)).hasMessageEndingWith("the file holds no events");
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws IOException {
        Path file = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xFF});

        assertThatThrownBy(() -> EventsFile.read(file)).hasMessageContaining(file + ":1: found the byte 0xFF");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 1",
                "[{},{},{}] | 3",
                "[] | 1",
                "[[1 | 1",
                "{\"Message\": \"{}\"} | 1",
                "{\"Message\": \"[1,2]\"} | 2",
                "{\"requestPayload\": [{},{}]} | 2",
                "{\"requestPayload\": {}} | 1",
            })
    void countsTheEventsOfABody(String body, int events) {
        assertThat(EventsFile.events(body)).isEqualTo(events);
    }
}
