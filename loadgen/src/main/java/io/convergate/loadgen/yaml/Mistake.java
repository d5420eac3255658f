package io.convergate.loadgen.yaml;

/** A value that is not what it should be; ends the reading of what it belongs to, and is collected there. */
final class Mistake extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Ends the reading of something whose mistakes are collected already. */
    static final Mistake SAID = new Mistake("");

    Mistake(String message) {
        super(message, null, false, false);
    }
}
