package io.convergate.loadgen.main;

/** Ends a command with a message for people and an {@link ExitCode}. */
public final class CommandFailed extends RuntimeException {
    private final int exitCode;

    public CommandFailed(int exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
