package io.convergate.node.main;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/**
 * A command line that was executed in this JVM.
 *
 * @param exitCode what it returned
 * @param out what it printed
 * @param err what it complained of
 */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(String... arguments) {
        return with(Map.of(), arguments);
    }

    static CommandRun with(Map<String, String> environment, String... arguments) {
        return run(CommandLines.of(environment), arguments);
    }

    /** Where a file of settings may be named. */
    static CommandRun withFile(Map<String, String> environment, String... arguments) {
        try {
            return run(CommandLines.of(environment, List.of(arguments)), arguments);
        } catch (CommandFailed badFile) {
            return new CommandRun(badFile.exitCode(), "", String.valueOf(badFile.getMessage()));
        }
    }

    private static CommandRun run(CommandLine commandLine, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        int exitCode = commandLine.execute(arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
