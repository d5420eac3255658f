package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Follows the paths of problems, such as {@code spec.http[2].headers[x.y].exact}. */
final class FieldPaths {
    private FieldPaths() {}

    /** Removes the field that a path leads to; whether it was there. */
    static boolean remove(ObjectNode root, String path) {
        List<String> parts = parts(path);
        JsonNode at = root;
        for (String part : parts.subList(0, Math.max(0, parts.size() - 1))) {
            at = at.isArray() && part.matches("[0-9]{1,9}") ? at.path(Integer.parseInt(part)) : at.path(part);
        }
        return !parts.isEmpty()
                && at instanceof ObjectNode object
                && object.remove(parts.get(parts.size() - 1)) != null;
    }

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        int at = 0;
        while (at < path.length()) {
            boolean bracket = path.charAt(at) == '[';
            int from = bracket || path.charAt(at) == '.' ? at + 1 : at;
            int end = from;
            while (end < path.length() && (bracket ? path.charAt(end) != ']' : ".[".indexOf(path.charAt(end)) < 0)) {
                end++;
            }
            parts.add(path.substring(from, end));
            at = bracket ? end + 1 : end;
        }
        return parts;
    }
}
