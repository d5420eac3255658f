package io.convergate.node.edge.proxy;

import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.action.VariableLookup;

/** Applies a route's header operations: remove, then set, then add. */
final class HeaderRewriting {
    private HeaderRewriting() {}

    static void apply(HeaderOperations operations, Fields fields, VariableLookup variables) {
        if (operations.isEmpty()) {
            return;
        }
        for (String name : operations.remove()) {
            fields.remove(name);
        }
        for (HeaderOperations.HeaderValue header : operations.set()) {
            fields.set(HeaderName.of(header.name()), clean(header.value().render(variables)));
        }
        for (HeaderOperations.HeaderValue header : operations.add()) {
            fields.add(HeaderName.of(header.name()), clean(header.value().render(variables)));
        }
    }

    /** A rendered variable may hold anything; a control character would end the header. */
    private static String clean(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f) {
                return value.replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", "");
            }
        }
        return value;
    }
}
