package io.convergate.node.edge.proxy;

import java.util.concurrent.ThreadLocalRandom;

/** Makes values for {@code X-Request-Id}: random UUIDs (RFC 9562 section 5.4), not secret ones. */
final class RequestIds {
    private static final int LENGTH_MAX = 128;
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private RequestIds() {}

    /** A client's id is kept if it is short and of visible ASCII characters, as it ends up in logs. */
    static boolean isAcceptable(String id) {
        if (id.isEmpty() || id.length() > LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) <= ' ' || id.charAt(i) > '~' || id.charAt(i) == '"') {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("deprecation") // the one constructor that takes ASCII bytes without a decoder
    static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = random.nextLong() & 0xffff_ffff_ffff_0fffL | 0x4000L;
        long low = random.nextLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
        byte[] text = new byte[36];
        int at = 0;
        for (int i = 60; i >= 0; i -= 4) {
            if (at == 8 || at == 13) {
                text[at++] = '-';
            }
            text[at++] = HEX[(int) (high >>> i) & 0xf];
        }
        text[at++] = '-';
        for (int i = 60; i >= 0; i -= 4) {
            if (at == 23) {
                text[at++] = '-';
            }
            text[at++] = HEX[(int) (low >>> i) & 0xf];
        }
        return new String(text, 0);
    }
}
