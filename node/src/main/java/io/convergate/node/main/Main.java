package io.convergate.node.main;

import java.util.List;

/** The process's entry point. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its {@link ExitCode}. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
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
