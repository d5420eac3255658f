package io.convergate.loadgen.fault;

/**
 * Whether a fault did what its name says. A promise that is kept while nothing was broken shows nothing.
 *
 * @param state what is known
 * @param seen what was looked at, in words, with figures
 */
public record Proof(State state, String seen) {
    /** What is known of a fault's effect. */
    public enum State {
        /** It was seen. */
        SHOWN,
        /** It would have been seen, and was not. */
        MISSING,
        /** Nobody can tell. */
        UNKNOWN
    }

    /** Shown or missing, by a condition. */
    public static Proof of(boolean isShown, String seen) {
        return new Proof(isShown ? State.SHOWN : State.MISSING, seen);
    }

    /** Nobody can tell. */
    public static Proof unknown(String why) {
        return new Proof(State.UNKNOWN, why);
    }
}
