package io.convergate.loadgen.fault.proxy;

import java.util.Locale;

/**
 * Something that spoils one direction of the connections through a link.
 *
 * @param name unique within its link
 * @param toxicity the share of connections it meets, 0 to 1, drawn once for each
 */
public record Toxic(String name, Stream stream, double toxicity, Effect effect) {
    /** A direction. */
    public enum Stream {
        /** From the client to the server behind the proxy. */
        UPSTREAM,
        /** From the server to the client. */
        DOWNSTREAM;

        /** Its name in the API. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Stream of(String text) {
            return switch (text) {
                case "upstream" -> UPSTREAM;
                case "downstream" -> DOWNSTREAM;
                default ->
                    throw new IllegalArgumentException("stream: " + text + " (expected: upstream or downstream)");
            };
        }
    }

    public Toxic {
        if (!(toxicity >= 0 && toxicity <= 1)) {
            throw new IllegalArgumentException("toxicity: " + toxicity + " (expected: 0 to 1)");
        }
        if (name.isEmpty() || name.contains("/")) {
            throw new IllegalArgumentException("name: " + name + " (expected: a name without slashes)");
        }
    }

    /** One that meets every connection, named as Toxiproxy would. */
    public static Toxic of(Stream stream, Effect effect) {
        return new Toxic(effect.type() + "_" + stream.text(), stream, 1, effect);
    }
}
