package io.convergate.node.edge.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out the fields that were meant for one connection only: those that always are, and those that {@code Connection}
 * names. RFC 9110 section 7.6.1. A name there cannot remove what framing, forwarding or security rests on.
 */
public final class HopByHop {
    private HopByHop() {}

    /** The fields of a response, final or interim, without those that were for the upstream's connection only. */
    public static Fields endToEnd(Fields received) {
        int count = received.size();
        Fields out = new Fields(count + 2);
        List<String> named = null;
        for (int i = 0; i < count; i++) {
            HeaderRole role = Field.roleOf(received.get(i));
            if (role == HeaderRole.CONNECTION) {
                named = addNames(named, received.get(i).value());
            } else if (!role.hopByHop()) {
                out.add(received.get(i));
            }
        }
        removeNamed(out, named);
        return out;
    }

    /**
     * Adds the names in one Connection field.
     *
     * @param names those of the fields before it; null for none
     * @return null as long as there are none
     */
    public static @Nullable List<String> addNames(@Nullable List<String> names, String connection) {
        if (connection.equalsIgnoreCase("close") || connection.equalsIgnoreCase("keep-alive")) {
            return names;
        }
        List<String> all = names == null ? new ArrayList<>() : names;
        for (String name : connection.split(",", -1)) {
            all.add(name.strip().toLowerCase(Locale.ROOT));
        }
        return all;
    }

    /** Removes the fields of these names, as far as a Connection field may. */
    public static void removeNamed(Fields fields, @Nullable List<String> named) {
        if (named != null) {
            for (String name : named) {
                if (!name.isEmpty() && HeaderRole.of(name).removableByConnection()) {
                    fields.remove(name);
                }
            }
        }
    }
}
