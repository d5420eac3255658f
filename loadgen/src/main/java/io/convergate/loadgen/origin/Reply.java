package io.convergate.loadgen.origin;

import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/**
 * What an origin answers when it behaves.
 *
 * @param delayMs how long it waits first
 */
record Reply(int status, String contentType, Body body, long delayMs) {
    static final String TEXT = "text/plain; charset=UTF-8";

    sealed interface Body permits Whole, Sized, Ticks {}

    record Whole(byte[] bytes) implements Body {}

    /** The first bytes of {@link SizedContent}. */
    record Sized(long bytes) implements Body {}

    /**
     * Pieces, the first one at once.
     *
     * @param text the piece of a number, from 0
     */
    record Ticks(int count, long intervalMs, IntFunction<String> text) implements Body {}

    static Reply text(int status, String text) {
        return new Reply(status, TEXT, new Whole(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    Reply after(long ms) {
        return new Reply(status, contentType, body, ms);
    }
}
