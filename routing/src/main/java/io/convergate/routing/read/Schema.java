package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.problem.SourcePosition;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fields that a kind has: those that its binder asks for when it reads nothing. So the binders alone say what can be
 * written. A path has {@code []} after a list and {@code *} for the keys of a map.
 */
final class Schema {
    /** The type of a field that may hold anything and is not read. */
    static final String NOT_READ = "anything";

    /** The type of a field that may hold anything and is warned of, because it does not act. */
    static final String WARNED_OF = "any value";

    /** The type of a field that takes a whole number or a string. */
    static final String NUMBER_OR_TEXT = "integer or string";

    private static final SourcePosition NOWHERE = new SourcePosition(1, 1);

    private final Map<String, String> types = new TreeMap<>();
    private final Map<String, List<String>> keys = new HashMap<>();

    /** The type of each field of a kind by its path, in alphabetical order; of mappings {@code mapping}. */
    static Map<String, String> of(Kinds.Known kind) {
        return explored(kind).types();
    }

    /** Everything that a kind's binder asks for. */
    static Schema explored(Kinds.Known kind) {
        Schema schema = new Schema();
        Tree.Mapping nothing = new Tree.Mapping(Map.of(), Map.of(), NOWHERE);
        Fields fields = new Fields(nothing, "", new Problems(), schema);
        kind.binder().bind(kind.apiVersions().get(0), Metadata.of("default", "x"), fields);
        return schema;
    }

    Map<String, String> types() {
        return Collections.unmodifiableMap(types);
    }

    /** The fields that tell the items of a list apart, by the path of its items; none for most. */
    List<String> keys(String path) {
        return keys.getOrDefault(path, List.of());
    }

    void noteKeys(String path, List<String> names) {
        keys.put(path, names);
    }

    void note(String path, String type) {
        types.put(path, type);
    }

    static String join(String path, String name) {
        return path.isEmpty() ? name : path + '.' + name;
    }
}
