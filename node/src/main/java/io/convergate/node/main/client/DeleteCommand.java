package io.convergate.node.main.client;

import io.convergate.node.admin.api.Kind;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate delete}: deletes one resource, or all that are in some files, as one change. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "delete",
        header = "Delete resources from the cluster, as one change.",
        description = {
            "",
            "Names one resource, or, with -f, all that are in some files; those that do not exist are fine there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate delete vs reviews",
            "  convergate delete -f routes.yaml --wait all",
            "",
            "Exit codes: 0 done, 1 refused or not found, 2 usage, 3 no answer, 4 deleted but not everywhere in time"
        })
public final class DeleteCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(index = "0", arity = "0..1", paramLabel = "KIND", description = "What kind.")
    private @Nullable String kind;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Which one.")
    private @Nullable String name;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NS",
            defaultValue = "default",
            description = "In this namespace. Default: ${DEFAULT-VALUE}")
    private String namespace = "default";

    @Option(
            names = {"-f", "--filename"},
            arity = "1",
            hideParamSyntax = true,
            paramLabel = "FILE",
            description = "Files, directories, URLs, or - for standard input, as in apply.")
    private List<String> files = List.of();

    @Mixin
    private ChangeOptions change = new ChangeOptions();

    @Override
    public Integer call() {
        boolean byName = kind != null && name != null;
        if (byName != files.isEmpty() || (kind != null && name == null)) {
            throw new CommandFailed(ExitCode.USAGE, "what to delete? (expected: either KIND NAME or -f FILE)");
        }
        AdminClient client = change.connect();
        if (kind == null || name == null) {
            return change.send(spec, client, "/delete", Documents.read(files, System.in));
        }
        List<Documents> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Kind one : ResourcePaths.kinds(kind)) {
            String path = ResourcePaths.listPath(one, namespace) + "/" + ResourcePaths.checked("name", name);
            AdminClient.Reply there = client.get(path, "application/json");
            if (there.isSuccess()) {
                found.add(Documents.of(one.plural() + "/" + name, there.body()));
            } else {
                missing.add(there.problem().detail());
            }
        }
        if (found.isEmpty()) {
            missing.forEach(spec.commandLine().getErr()::println);
            return ExitCode.FAILED;
        }
        if (found.size() > 1) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "kind '" + kind + "' (expected: one of "
                            + ResourcePaths.kinds(kind).stream()
                                    .map(one -> one.plural() + "." + one.group())
                                    .collect(Collectors.joining(", "))
                            + ": each has a " + name + ")");
        }
        return change.send(spec, client, "/delete", found.get(0));
    }
}
