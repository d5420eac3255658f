package io.convergate.loadgen.origin;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * What an origin serves under {@code /size/N}: the first N bytes of one endless text, the same for all origins, so that a client
 * knows the hash of the right answer. The text is a block of 8191 letters over and over; a prime, so that no buffer's size divides it.
 */
public final class SizedContent {
    private static final int PERIOD = 8191;
    private static final byte[] BLOCK = block();

    private SizedContent() {}

    private static byte[] block() {
        Random random = new Random(1);
        byte[] block = new byte[PERIOD];
        for (int i = 0; i < PERIOD; i++) {
            block[i] = (byte) ('a' + random.nextInt(26));
        }
        return block;
    }

    /** A piece of it, from {@code offset}. */
    public static byte[] piece(long offset, int length) {
        byte[] piece = new byte[length];
        for (int done = 0; done < length; ) {
            int from = (int) ((offset + done) % PERIOD);
            int count = Math.min(length - done, PERIOD - from);
            System.arraycopy(BLOCK, from, piece, done, count);
            done += count;
        }
        return piece;
    }

    /** The SHA-256 of the first {@code bytes} bytes, in lower-case hexadecimal. */
    public static String sha256(long bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long done = 0; done < bytes; done += PERIOD) {
                digest.update(BLOCK, 0, (int) Math.min(PERIOD, bytes - done));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
