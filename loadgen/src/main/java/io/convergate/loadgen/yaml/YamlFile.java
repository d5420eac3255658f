package io.convergate.loadgen.yaml;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** A YAML file that is being read, and the mistakes that were found in it so far. Confined to one thread. */
public final class YamlFile {
    private static final int BYTES_MAX = 4 << 20;
    private static final int DEPTH_MAX = 32;
    private static final int MISTAKES_MAX = 50;

    private final String name;
    private final List<String> mistakes = new ArrayList<>();

    private YamlFile(String name) {
        this.name = name;
    }

    /**
     * Reads one document.
     *
     * @param name of the file, for mistakes
     * @param reader makes of the document what it says; called once
     * @throws BadYaml with all mistakes that were found
     */
    public static <T> T read(String name, String text, Function<YamlValue, T> reader) throws BadYaml {
        YamlFile file = new YamlFile(name);
        Optional<T> read = Optional.empty();
        try {
            read = Optional.of(reader.apply(file.root(text)));
        } catch (Mistake mistake) {
            file.add(mistake);
        }
        if (!file.mistakes.isEmpty()) {
            throw new BadYaml(file.mistakes);
        }
        return read.orElseThrow();
    }

    private YamlValue root(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(BYTES_MAX);
        options.setNestingDepthLimit(DEPTH_MAX);
        options.setMaxAliasesForCollections(0);
        try {
            Node node = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
            if (node == null) {
                throw new Mistake(name + ": nothing (expected: a document)");
            }
            return new YamlValue(this, "", node);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new Mistake(name + ":" + line + ": " + e.getProblem() + " (expected: YAML)");
        } catch (YAMLException e) {
            throw new Mistake(name + ": " + e.getMessage() + " (expected: YAML)");
        }
    }

    void add(Mistake mistake) {
        if (mistake != Mistake.SAID && mistakes.size() < MISTAKES_MAX) {
            mistakes.add(mistake.getMessage());
        }
    }

    Mistake mistake(String path, Node node, String found, String expected) {
        int line = node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
        String place = path.isEmpty() ? "" : path + ": ";
        return new Mistake(name + ":" + line + ": " + place + found + " (expected: " + expected + ")");
    }
}
