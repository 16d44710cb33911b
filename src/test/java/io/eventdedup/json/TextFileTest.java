package io.eventdedup.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFileTest {

    /** With characters of one to four bytes. */
    private static final String TEXT = "{\"a\": \"b\u00e4\u20ac\ud83d\ude00\"}\r\n";

    @ParameterizedTest
    @CsvSource({
        "UTF-8, false",
        "UTF-8, true",
        "UTF-16LE, false",
        "UTF-16LE, true",
        "UTF-16BE, false",
        "UTF-16BE, true",
    })
    void theTextIsTheSameInEveryEncodingWithAndWithoutAMark(Charset charset, boolean mark) throws IOException {
        byte[] bytes = ((mark ? "\uFEFF" : "") + TEXT).getBytes(charset);

        assertThat(TextFile.text(bytes)).isEqualTo(TEXT);
        assertThat(TextFile.utf8(new ByteArrayInputStream(bytes)).readAllBytes())
                .isEqualTo(TEXT.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"''", "7", "ab"})
    void aFileMayBeShorterThanAMark(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(TextFile.text(bytes)).isEqualTo(text);
        assertThat(TextFile.utf8(new ByteArrayInputStream(bytes)).readAllBytes())
                .isEqualTo(bytes);
    }

    @Test
    void aMarkInsideTheTextIsKept() throws IOException {
        assertThat(TextFile.text("a\uFEFFb".getBytes(StandardCharsets.UTF_8))).isEqualTo("a\uFEFFb");
    }

    @Test
    void whatIsNoTextIsNamedWithItsLineAndByte() {
        TextFile.NotTextException failure = catchThrowableOfType(
                TextFile.NotTextException.class,
                () -> TextFile.text("a\nb\n\u00e4".getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(failure.line()).isEqualTo(3);
        assertThat(failure).hasMessage("found the byte 0xE4, which is not UTF-8; save the file as UTF-8");
    }
}
