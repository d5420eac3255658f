package io.convergate.node.main.client;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code convergate reseal}: seals every Secret with the key that is used now. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        optionListHeading = "%nOptions:%n",
        name = "reseal",
        header = "Write every Secret again as it is, sealed with the first of --encryption-key-file.",
        description = {
            "",
            "After the keys were exchanged, or given for the first time. What is kept of the past stays sealed as it",
            "was, so keep the old key as long as the history."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  convergate reseal --wait all",
            "",
            "Exit codes: 0 done, 1 refused, 2 usage, 3 no answer, 4 accepted but not served in time"
        })
public final class ResealCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    private CommandSpec spec;

    @Mixin
    private ChangeOptions change = new ChangeOptions();

    @Override
    public Integer call() {
        return change.send(spec, change.connect(), "/reseal", Documents.of("Secrets", new byte[0]));
    }
}
