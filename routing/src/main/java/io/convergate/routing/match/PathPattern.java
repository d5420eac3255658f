package io.convergate.routing.match;

import io.convergate.routing.regex.SafeRegex;

/** A condition on the canonical path. */
public sealed interface PathPattern {
    /** Every path. */
    PathPattern ANY = new Prefix("", false);

    /** Whether a canonical path meets it. For those who ask about one pattern; requests are matched by {@link PathTree}. */
    boolean matches(String path);

    /**
     * The path is this.
     *
     * @param value the path
     * @param ignoreCase whether ASCII letters match in either case
     */
    record Exact(String value, boolean ignoreCase) implements PathPattern {
        @Override
        public boolean matches(String path) {
            return path.length() == value.length() && startsWith(path, value, ignoreCase);
        }
    }

    /**
     * The path starts with these characters, whether or not a segment ends there. Istio: {@code /foo} matches
     * {@code /foobar}.
     *
     * @param value the characters
     * @param ignoreCase whether ASCII letters match in either case
     */
    record Prefix(String value, boolean ignoreCase) implements PathPattern {
        @Override
        public boolean matches(String path) {
            return startsWith(path, value, ignoreCase);
        }
    }

    /**
     * The path is these elements, or they and more: {@code /foo} matches {@code /foo}, {@code /foo/} and {@code /foo/bar}, but not
     * {@code /foobar}. Case matters. Kubernetes: {@code Prefix} of Ingress, {@code PathPrefix} of Gateway API.
     *
     * @param value the elements, without slash at the end; empty takes every path
     */
    record Elements(String value) implements PathPattern {
        public Elements {
            if (value.endsWith("/")) {
                throw new IllegalArgumentException(value + " (expected: no slash at the end)");
            }
        }

        @Override
        public boolean matches(String path) {
            return path.startsWith(value)
                    && (path.length() == value.length() && !value.isEmpty() || path.startsWith("/", value.length()));
        }

        /** The pattern that Kubernetes' notation means: slashes at the end are of no account. */
        public static Elements of(String written) {
            int end = written.length();
            while (end > 0 && written.charAt(end - 1) == '/') {
                end--;
            }
            return new Elements(written.substring(0, end));
        }
    }

    /** The whole path matches an expression. */
    record Regex(SafeRegex regex) implements PathPattern {
        @Override
        public boolean matches(String path) {
            return regex.matches(path);
        }
    }

    private static boolean startsWith(String path, String start, boolean ignoreCase) {
        if (!ignoreCase) {
            return path.startsWith(start);
        }
        for (int i = 0; i < start.length(); i++) {
            if (i == path.length() || PathTree.fold(path.charAt(i)) != PathTree.fold(start.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** The paths that match, for people: {@code /exact}, {@code /prefix*}, {@code /elements/*} or the expression. */
    default String template() {
        if (this instanceof Exact exact) {
            return exact.value();
        }
        if (this instanceof Regex regex) {
            return regex.regex().toString();
        }
        return this instanceof Elements elements ? elements.value() + "/*" : ((Prefix) this).value() + '*';
    }

    /** Whether every path there can be matches; paths start with a slash. */
    default boolean takesEverything() {
        return this instanceof Elements elements
                ? elements.value().isEmpty()
                : this instanceof Prefix prefix
                        && (prefix.value().isEmpty() || prefix.value().equals("/"));
    }
}
