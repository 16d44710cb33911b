package io.eventdedup.claim;

import java.security.SecureRandom;
import java.util.Base64;

/** Unique tokens: 96 random bits in 16 characters, short because every row contains some. */
public final class Tokens {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    /** A new token. */
    public static String next() {
        byte[] bits = new byte[12];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
