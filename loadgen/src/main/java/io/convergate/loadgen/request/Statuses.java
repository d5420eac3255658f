package io.convergate.loadgen.request;

import java.util.BitSet;

/** A set of status codes, written as {@code 200}, {@code 2xx}, or several of those with commas. Immutable. */
public final class Statuses {
    /** 200 to 299: what is expected where nothing else is said. */
    public static final Statuses SUCCESS = parse("2xx");

    private final BitSet codes;
    private final String text;

    private Statuses(String text, BitSet codes) {
        this.text = text;
        this.codes = codes;
    }

    /** @throws IllegalArgumentException with {@code value (expected: rule)} if it is no such text */
    public static Statuses parse(String text) {
        BitSet codes = new BitSet(600);
        for (String part : text.split(",", -1)) {
            String code = part.strip();
            if (code.matches("[1-5]xx")) {
                int from = (code.charAt(0) - '0') * 100;
                codes.set(from, from + 100);
            } else if (code.matches("[1-5][0-9][0-9]")) {
                codes.set(Integer.parseInt(code));
            } else {
                throw new IllegalArgumentException(
                        code + " (expected: a status such as 200, or 2xx, or several with commas)");
            }
        }
        return new Statuses(text, codes);
    }

    /** Exactly one code. */
    public static Statuses of(int code) {
        return parse(Integer.toString(code));
    }

    public boolean contains(int code) {
        return codes.get(code);
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Statuses that && that.codes.equals(codes);
    }

    @Override
    public int hashCode() {
        return codes.hashCode();
    }
}
