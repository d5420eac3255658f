package io.convergate.loadgen.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns the bytes of a few recurring values into strings without making new ones. Bounded: what comes once all places are taken is a
 * new string each time. Confined to one thread.
 */
final class Labels {
    private static final int PLACES = 1024;
    private static final int TRIES = 8;

    private final byte[][] bytes = new byte[PLACES][];
    private final String[] texts = new String[PLACES];

    String of(byte[] from, int start, int end) {
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + from[i];
        }
        hash ^= hash >>> 15;
        for (int i = 0; i < TRIES; i++) {
            int place = (hash + i) & (PLACES - 1);
            byte[] there = bytes[place];
            if (there == null) {
                byte[] copy = Arrays.copyOfRange(from, start, end);
                bytes[place] = copy;
                texts[place] = new String(copy, StandardCharsets.ISO_8859_1);
                return texts[place];
            }
            if (Arrays.equals(there, 0, there.length, from, start, end)) {
                return texts[place];
            }
        }
        return new String(from, start, end - start, StandardCharsets.ISO_8859_1);
    }
}
