package io.convergate.loadgen.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * A mapping in a file. Ask for what it may have, then call {@link #end}: keys that nobody asked for are mistakes, with a
 * suggestion.
 */
public final class YamlMapping {
    private final YamlFile file;
    private final String path;
    private final MappingNode node;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final Set<String> asked = new TreeSet<>();

    YamlMapping(YamlFile file, String path, MappingNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
        for (NodeTuple tuple : node.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw file.mistake(path, tuple.getKeyNode(), "a key that is no word", "a word");
            }
            if (values.put(key.getValue(), tuple.getValueNode()) != null) {
                file.add(file.mistake(path, key, key.getValue() + " twice", "each key once"));
            }
            keys.put(key.getValue(), key);
        }
    }

    /** Its keys, in the order of the file. */
    public List<String> keys() {
        return List.copyOf(keys.keySet());
    }

    /** A value that may be missing. */
    public Optional<YamlValue> optional(String key) {
        asked.add(key);
        return Optional.ofNullable(values.get(key)).map(value -> new YamlValue(file, at(key), value));
    }

    /** A value that may not be missing. */
    public YamlValue required(String key) {
        return optional(key).orElseThrow(() -> file.mistake(path, node, "no " + key, key));
    }

    /** What is read of a value that may not be missing; that it is missing, or a mistake in it, is collected. */
    public <T> Optional<T> need(String key, Function<YamlValue, T> reader) {
        Optional<YamlValue> value = optional(key);
        if (value.isEmpty()) {
            file.add(file.mistake(path, node, "no " + key, key));
        }
        return value.flatMap(it -> attempt(it, reader));
    }

    /** What is read of a value, or something else if the value is missing or has a mistake; the mistake is collected. */
    public <T> T get(String key, Function<YamlValue, T> reader, T otherwise) {
        return optional(key).flatMap(value -> attempt(value, reader)).orElse(otherwise);
    }

    /** What is read of a value, if it is there and has no mistake; a mistake is collected. */
    public <T> Optional<T> get(String key, Function<YamlValue, T> reader) {
        return optional(key).flatMap(value -> attempt(value, reader));
    }

    private <T> Optional<T> attempt(YamlValue value, Function<YamlValue, T> reader) {
        try {
            return Optional.of(reader.apply(value));
        } catch (Mistake mistake) {
            file.add(mistake);
            return Optional.empty();
        }
    }

    /**
     * The one key of some that must be there, for a mapping that is one of several things.
     *
     * @return the key
     */
    public String oneKeyOf(List<String> possible) {
        List<String> there = new ArrayList<>(possible);
        there.retainAll(keys.keySet());
        if (there.size() == 1) {
            return there.get(0);
        }
        if (there.isEmpty()) {
            for (String key : keys.keySet()) {
                if (!asked.contains(key)) {
                    throw file.mistake(path, keyNode(key), key, Suggestion.among(key, possible));
                }
            }
        }
        throw file.mistake(
                path,
                node,
                there.isEmpty() ? "none of them" : String.join(" and ", there),
                "one of " + String.join(", ", possible));
    }

    private Node keyNode(String key) {
        return keys.getOrDefault(key, node);
    }

    /** Everything was asked for that it may have. */
    public void end() {
        for (String key : keys.keySet()) {
            if (!asked.contains(key)) {
                file.add(file.mistake(path, keyNode(key), key, Suggestion.among(key, List.copyOf(asked))));
            }
        }
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
