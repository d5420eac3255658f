package io.convergate.node.main.client;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate restore}: writes a backup back, as one change. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "restore",
        header = "Write a backup back, as one change: all of it or nothing.",
        description = {"", "Resources that are not in the file stay as they are, unless --replace is given."},
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate restore config-2026-11-26.yaml --dry-run",
            "  convergate restore config-2026-11-26.yaml --replace --wait all",
            "",
            "Exit codes: 0 done, 1 refused, 2 usage, 3 no answer, 4 accepted but not served in time"
        })
public final class RestoreCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "What 'backup' wrote; - for standard input.")
    private String file = "";

    @Option(names = "--replace", description = "Delete what is not in the file.")
    private boolean replace;

    @Option(names = "--include-secrets", description = "With --replace: delete Secrets, too, that are not in the file.")
    private boolean secrets;

    @Mixin
    private ChangeOptions change = new ChangeOptions();

    @Override
    public Integer call() {
        AdminClient client = change.connect();
        return change.send(
                spec,
                client,
                "/restore?replace=" + replace + "&secrets=" + secrets,
                Documents.read(List.of(file), System.in));
    }
}
