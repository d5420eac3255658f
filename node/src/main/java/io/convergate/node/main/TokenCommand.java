package io.convergate.node.main;

import io.convergate.node.admin.access.Role;
import io.convergate.node.admin.access.Tokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate token create}: makes a bearer token for the admin API. */
@Command(
        name = "token",
        header = "Make a bearer token for the admin API.",
        description = {
            "",
            "Prints the token, which is kept nowhere, and the line that lets its owner in: append it to the file that",
            "the nodes have as --admin-tokens. They read it again within seconds."
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate token create --name ci --role edit",
            "  (umask 077; convergate token create --name ada --role admin --expires 720h --append tokens > ada.token)",
            "",
            "Roles: view looks at everything but the values of Secrets; edit changes everything but Secrets; admin does all.",
            "Exit codes: 0 made, 1 the file cannot be written, 2 usage"
        })
final class TokenCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "create", description = "What to do: create.")
    private String action = "";

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "Whose it is; changes bear that name.")
    private String name = "";

    @Option(names = "--role", required = true, paramLabel = "view|edit|admin", description = "What its owner may do.")
    private String role = "";

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "How long it is good for, such as 720h. Default: until its line is gone")
    private @Nullable Duration expires;

    @Option(
            names = "--append",
            paramLabel = "FILE",
            description = "Append the line to this file, and print the token alone.")
    private @Nullable Path file;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Override
    public Integer call() {
        Tokens.Made made = make();
        PrintWriter out = spec.commandLine().getOut();
        if (file == null) {
            out.println("token, shown only now:");
            out.println("  " + made.token());
            out.println("line for the file of --admin-tokens:");
            out.println("  " + made.line());
        } else {
            append(file, made.line());
            out.println(made.token());
        }
        out.flush();
        return ExitCode.OK;
    }

    private Tokens.Made make() {
        if (!action.equals("create")) {
            throw new CommandFailed(ExitCode.USAGE, "token " + action + " (expected: create)");
        }
        Role wanted = Role.of(role)
                .orElseThrow(
                        () -> new CommandFailed(ExitCode.USAGE, "--role " + role + " (expected: view, edit or admin)"));
        try {
            return Tokens.make(name, wanted, Optional.ofNullable(expires).map(time -> Instant.now()
                    .plus(time)
                    .truncatedTo(ChronoUnit.SECONDS)));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(ExitCode.USAGE, "--" + e.getMessage());
        }
    }

    private static void append(Path file, String line) {
        try {
            Files.writeString(
                    file, line + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.FAILED, file + " cannot be written: " + Failures.describe(e));
        }
    }
}
