package io.convergate.loadgen.request;

import java.nio.charset.StandardCharsets;

/** The body of a request. */
public sealed interface Body permits Body.None, Body.Bytes, Body.Text {
    /** No body. */
    record None() implements Body {}

    /**
     * The same bytes for every request.
     *
     * @param bytes not copied; never changed
     */
    record Bytes(byte[] bytes) implements Body {
        /** A text in UTF-8. */
        public static Bytes of(String text) {
            return new Bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        /** A body of that many bytes, printable, the same on every run. */
        public static Bytes ofSize(int size) {
            byte[] bytes = new byte[size];
            for (int i = 0; i < size; i++) {
                bytes[i] = (byte) (i % 64 == 63 ? '\n' : 'a' + i % 26);
            }
            return new Bytes(bytes);
        }
    }

    /** A text, in UTF-8, filled in for each request. */
    record Text(Template template) implements Body {}
}
