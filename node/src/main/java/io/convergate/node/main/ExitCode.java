package io.convergate.node.main;

/** The exit codes of every command; scripts rely on them, and {@code --help} lists them. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;
    /** Refused, not found, or failed. */
    public static final int FAILED = 1;
    /** The command line, a setting or a file that is to be read is wrong; nothing was done. */
    public static final int USAGE = 2;
    /** No node answered at the address. */
    public static final int UNREACHABLE = 3;
    /** Accepted and durable, but not served by the awaited nodes in time. */
    public static final int NOT_CONVERGED = 4;

    private ExitCode() {}
}
