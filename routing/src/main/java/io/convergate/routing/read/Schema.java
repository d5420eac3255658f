package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.problem.SourcePosition;
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

    private static final SourcePosition NOWHERE = new SourcePosition(1, 1);

    private final Map<String, String> types = new TreeMap<>();

    /** The type of each field of a kind by its path, in alphabetical order; of mappings {@code mapping}. */
    static Map<String, String> of(Kinds.Known kind) {
        Schema schema = new Schema();
        Tree.Mapping nothing = new Tree.Mapping(Map.of(), Map.of(), NOWHERE);
        Fields fields = new Fields(nothing, "", new Problems(), schema);
        kind.binder().bind(kind.apiVersions().get(0), Metadata.of("default", "x"), fields);
        return schema.types;
    }

    void note(String path, String type) {
        types.put(path, type);
    }

    static String join(String path, String name) {
        return path.isEmpty() ? name : path + '.' + name;
    }
}
