package io.convergate.loadgen.main;

/** The exit codes of every command; scripts rely on them, and {@code --help} lists them. */
public final class ExitCode {
    /** Done, and everything that was asked of it held. */
    public static final int OK = 0;
    /** A threshold, a check or a promise did not hold, or the command failed. */
    public static final int FAILED = 1;
    /** The command line or a file is wrong; nothing was done. */
    public static final int USAGE = 2;
    /** No target answered anything. */
    public static final int UNREACHABLE = 3;
    /** The generator was too late to say a latency: this machine cannot produce that load. */
    public static final int NOT_HONEST = 5;

    private ExitCode() {}
}
