package io.convergate.loadgen.main;

/** The process's entry point. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its {@link ExitCode}. */
    public static void main(String[] arguments) {
        System.exit(CommandLines.root().execute(arguments));
    }
}
