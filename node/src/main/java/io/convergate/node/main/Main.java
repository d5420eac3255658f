package io.convergate.node.main;

import java.util.List;

/** The process's entry point. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its {@link ExitCode}. */
    public static void main(String[] arguments) {
        int exitCode = ExitCode.FAILED;
        try {
            exitCode = run(arguments);
        } catch (RuntimeException | Error e) {
            // Thrown on, it would end this thread alone, and a node's others would keep the process alive.
            e.printStackTrace();
        }
        System.exit(exitCode);
    }

    private static int run(String[] arguments) {
        try {
            return CommandLines.of(System.getenv(), List.of(arguments)).execute(arguments);
        } catch (CommandFailed badFile) {
            System.err.println("convergate node: " + badFile.getMessage());
            return badFile.exitCode();
        }
    }
}
