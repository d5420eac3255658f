package io.convergate.node.main.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convergate rollback}: makes the configuration what it was. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "rollback",
        header = "Make the configuration what it was at a revision.",
        description = {"", "This is a new change, judged like any other; what it undoes stays in the history."},
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate rollback 038164b018d6a9de.4 --dry-run",
            "  convergate rollback 038164b018d6a9de.4 -m 'errors since 12:40' --wait all",
            "",
            "Exit codes: 0 done, 1 refused or not kept, 2 usage, 3 no answer, 4 accepted but not served in time"
        })
public final class RollbackCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "REV", description = "The revision to go back to.")
    private String revision = "";

    @Mixin
    private ChangeOptions change = new ChangeOptions();

    @Override
    public Integer call() {
        String path = "/rollback?to=" + URLEncoder.encode(revision, StandardCharsets.UTF_8);
        return change.send(spec, change.connect(), path, Documents.of("revision " + revision, new byte[0]));
    }
}
