package io.convergate.node.main.client;

import picocli.CommandLine.Option;

/** The option that says how an answer is printed. */
public final class OutputOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "text|json",
            defaultValue = "TEXT",
            description = "How to print the answer. Default: text")
    private Output output = Output.TEXT;

    private enum Output {
        TEXT,
        JSON
    }

    /** Whether to print it as it came. */
    public boolean isJson() {
        return output == Output.JSON;
    }
}
