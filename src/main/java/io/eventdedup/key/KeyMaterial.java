package io.eventdedup.key;

import io.eventdedup.json.Json.JsonString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The bytes to hash. For a single part: a string's characters in UTF-8, any other value's canonical JSON. For several parts:
 * the canonical JSON array of their values.
 */
final class KeyMaterial {

    private static final HexFormat HEX = HexFormat.of();

    private KeyMaterial() {}

    /** The lower-case hex SHA-256 of the material. */
    static String hash(byte[] material) {
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(material));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The material of a single part that is a string. */
    static byte[] of(JsonString string) {
        return utf8(string.value());
    }

    /** The material of canonical JSON, which is all ASCII. */
    static byte[] of(StringBuilder canonical) {
        return canonical.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * UTF-8, with a lone surrogate encoded as the three bytes of its code point. Java would write a question mark instead, and
     * different strings would get the same key.
     */
    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            return bytes;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() * 3);
        text.codePoints().forEach(c -> {
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                out.write(0xE0 | c >> 12);
                out.write(0x80 | c >> 6 & 0x3F);
                out.write(0x80 | c & 0x3F);
            } else {
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        return out.toByteArray();
    }
}
