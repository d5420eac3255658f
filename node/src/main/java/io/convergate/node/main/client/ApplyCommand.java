package io.convergate.node.main.client;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code convergate apply}: sends resources to a node as one change. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "apply",
        header = "Apply resources to the cluster, as one change: all of them or none.",
        description = {
            "",
            "Any node takes them. The answer comes once they are on its disk and on another node's;",
            "with --wait, once that many nodes serve them."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate apply -f routes.yaml",
            "  convergate apply -f gateway.yaml -f services/ --wait all",
            "  generate-routes | convergate apply -f - --dry-run",
            "",
            "Exit codes: 0 done, 1 refused, 2 usage, 3 no answer, 4 accepted but not served in time"
        })
public final class ApplyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Option(
            names = {"-f", "--filename"},
            required = true,
            arity = "1",
            hideParamSyntax = true,
            paramLabel = "FILE",
            description = "A YAML or JSON file, a directory of them, a URL, or - for standard input. May be repeated.")
    private List<String> files = List.of();

    @Mixin
    private ChangeOptions change = new ChangeOptions();

    @Override
    public Integer call() {
        AdminClient client = change.connect();
        return change.send(spec, client, "/apply", Documents.read(files, System.in));
    }
}
