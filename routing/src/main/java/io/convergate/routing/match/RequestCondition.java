package io.convergate.routing.match;

import io.convergate.routing.request.RequestFacts;

/** A condition on a request, beyond its host and path. */
public sealed interface RequestCondition {
    /** Whether the request meets it. */
    boolean holds(RequestFacts request);

    /** On the method, in its own case. */
    record Method(ValueTest test) implements RequestCondition {
        @Override
        public boolean holds(RequestFacts request) {
            return test.test(request.method());
        }
    }

    /** On the scheme. */
    record Scheme(ValueTest test) implements RequestCondition {
        @Override
        public boolean holds(RequestFacts request) {
            return test.test(request.scheme());
        }
    }

    /** On the Host header as received, port included. */
    record Authority(ValueTest test) implements RequestCondition {
        @Override
        public boolean holds(RequestFacts request) {
            return test.test(request.authority());
        }
    }

    /** On the path and the query, as the pseudo header {@code :path} has them. */
    record Target(ValueTest test) implements RequestCondition {
        @Override
        public boolean holds(RequestFacts request) {
            String query = request.query();
            return test.test(query == null ? request.path() : request.path() + '?' + query);
        }
    }

    /**
     * A header is there and passes.
     *
     * @param name the name, in lower case
     * @param test on the value; several values are joined with a comma
     */
    record Header(String name, ValueTest test) implements RequestCondition {
        @Override
        public boolean holds(RequestFacts request) {
            String value = request.header(name);
            return value != null && test.test(value);
        }
    }

    /**
     * A header does not pass. Istio: one that is missing counts as empty, unless the test is for presence.
     *
     * @param name the name, in lower case
     * @param test what the value must not be
     */
    record WithoutHeader(String name, ValueTest test) implements RequestCondition {
        @Override
        public boolean holds(RequestFacts request) {
            String value = request.header(name);
            if (test instanceof ValueTest.Any) {
                return value == null;
            }
            return !test.test(value == null ? "" : value);
        }
    }

    /**
     * A cookie has this value; of several of one name, any.
     *
     * @param name the name
     * @param value the value
     */
    record Cookie(String name, String value) implements RequestCondition {
        @Override
        public boolean holds(RequestFacts request) {
            String cookies = request.header("cookie");
            if (cookies == null) {
                return false;
            }
            int from = 0;
            while (from < cookies.length()) {
                int semicolon = cookies.indexOf(';', from);
                int end = semicolon < 0 ? cookies.length() : semicolon;
                while (from < end && cookies.charAt(from) == ' ') {
                    from++;
                }
                int valueAt = from + name.length() + 1;
                if (valueAt + value.length() == end
                        && cookies.startsWith(name, from)
                        && cookies.charAt(valueAt - 1) == '='
                        && cookies.startsWith(value, valueAt)) {
                    return true;
                }
                from = end + 1;
            }
            return false;
        }
    }

    /**
     * A parameter of the query is there and the first of its values passes. Name and value are compared as received, without
     * decoding, as Envoy does; a parameter without an equals sign has the empty value.
     *
     * @param name the name
     * @param test on the value
     */
    record QueryParameter(String name, ValueTest test) implements RequestCondition {
        @Override
        public boolean holds(RequestFacts request) {
            String query = request.query();
            if (query == null) {
                return false;
            }
            int from = 0;
            while (from <= query.length()) {
                int and = query.indexOf('&', from);
                int end = and < 0 ? query.length() : and;
                int nameEnd = from + name.length();
                if (nameEnd <= end
                        && query.startsWith(name, from)
                        && (nameEnd == end || query.charAt(nameEnd) == '=')) {
                    return test.test(query, Math.min(nameEnd + 1, end), end);
                }
                from = end + 1;
            }
            return false;
        }
    }
}
