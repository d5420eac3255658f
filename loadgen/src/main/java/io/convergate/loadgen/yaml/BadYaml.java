package io.convergate.loadgen.yaml;

import java.util.List;

/** A file is not what it should be. Each mistake is one line: {@code FILE:LINE: PATH: FOUND (expected: RULE)}. */
public final class BadYaml extends Exception {
    private static final long serialVersionUID = 1;

    private final List<String> mistakes;

    BadYaml(List<String> mistakes) {
        super(String.join("\n", mistakes), null, false, false);
        this.mistakes = List.copyOf(mistakes);
    }

    public List<String> mistakes() {
        return mistakes;
    }
}
