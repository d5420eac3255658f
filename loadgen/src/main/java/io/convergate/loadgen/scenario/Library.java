package io.convergate.loadgen.scenario;

import io.convergate.loadgen.yaml.BadYaml;
import io.convergate.loadgen.yaml.YamlFile;
import io.convergate.loadgen.yaml.YamlMapping;
import io.convergate.loadgen.yaml.YamlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The scenarios of the tree: each is a promise of the product. {@code library/index.yaml} lists them in the order in which a game day runs
 * them, and names those that wait for something that is not built yet.
 *
 * @param scenarios in that order
 * @param pending what is promised later
 */
public record Library(List<Scenario> scenarios, List<Pending> pending) {
    public Library {
        scenarios = List.copyOf(scenarios);
        pending = List.copyOf(pending);
    }

    /**
     * A scenario that cannot be written yet.
     *
     * @param waitsFor what has to be built first
     */
    public record Pending(String name, String waitsFor) {}

    private record Index(List<String> names, List<Pending> pending) {}

    /**
     * Reads all of them.
     *
     * @throws IllegalStateException with every mistake, which is a fault of the tree
     */
    public static Library load() {
        try {
            Index index = YamlFile.read("index.yaml", Configurations.text("index.yaml"), Library::index);
            List<Scenario> scenarios = new ArrayList<>();
            for (String name : index.names()) {
                scenarios.add(ScenarioReader.read(name + ".yaml", Configurations.text(name + ".yaml")));
            }
            return new Library(scenarios, index.pending());
        } catch (BadYaml e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** One by its name. */
    public Optional<Scenario> find(String name) {
        return scenarios.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst();
    }

    private static Index index(YamlValue document) {
        YamlMapping mapping = document.mapping();
        Index index = new Index(
                mapping.required("scenarios").list(YamlValue::text),
                mapping.get("pending", value -> value.list(Library::pending), List.of()));
        mapping.end();
        return index;
    }

    private static Pending pending(YamlValue value) {
        YamlMapping mapping = value.mapping();
        Pending pending = new Pending(
                mapping.required("name").text(), mapping.required("waitsFor").text());
        mapping.end();
        return pending;
    }
}
