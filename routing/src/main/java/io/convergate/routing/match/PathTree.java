package io.convergate.routing.match;

import io.convergate.routing.regex.SafeRegex;
import io.convergate.routing.request.RequestFacts;
import org.jspecify.annotations.Nullable;

/**
 * A radix tree from path literals to candidates, which finds the one that comes first in list order, not the longest.
 *
 * <p>Walking down along a path meets every prefix of it that some candidate has, shortest first, and at its end those
 * that equal it. Each node keeps its candidates by rank (their place in the list, 0 first), so at each node only the first
 * that accepts matters, and only if its rank is below the best so far. Each node also knows the lowest rank beneath it: the
 * walk ends where nothing below could be better. The cost grows with the length of the path and with the number of
 * candidates that share one literal and differ in conditions, not with the number of routes.
 *
 * <p>An expression is a candidate too, under the literal that all its matches begin with; or, in a tree of its own that is
 * walked from the end of the path backwards, under the literal that they end with.
 *
 * <p>The nodes lie in one array, parents before children. In a large table the time goes into waiting for memory, and so a
 * node is one place, not an object with a label, an array of characters and one of children (1):
 *
 * <pre>
 * lowest rank at or below | prefix candidates | exact candidates | length of label | number of children
 * | label, two characters to an int | first characters of the children, likewise, ascending | places of the children
 * </pre>
 *
 * <p>Candidates are {@link #NONE}, or the rank of a single one that always accepts, or -2 and below: where the list is.
 *
 * <p>(1) Leis et al., The Adaptive Radix Tree, 2013. Immutable.
 */
final class PathTree {
    /** No candidate. */
    static final int NONE = -1;

    static final int PREFIX = 1;
    static final int EXACT = 2;
    static final int LABEL_LENGTH = 3;
    static final int CHILDREN = 4;
    static final int HEADER = 5;

    /** From so many children on, they are searched by halves. */
    private static final int MANY = 16;

    private final int[] nodes;
    private final Candidate[][] lists;
    private final Direction direction;

    /** How a path is walked. */
    enum Direction {
        FORWARDS,
        /** ASCII letters match in either case. */
        FORWARDS_IN_ANY_CASE,
        BACKWARDS
    }

    /** @param nodes as said above; the root is at 0 */
    PathTree(int[] nodes, Candidate[][] lists, Direction direction) {
        this.nodes = nodes;
        this.lists = lists;
        this.direction = direction;
    }

    /**
     * A route that may take a path.
     *
     * @param rank its place in the list
     * @param entry the route and its conditions
     * @param regex the expression the path must match as well; null if its literal says all
     */
    record Candidate(int rank, RouteEntry entry, @Nullable SafeRegex regex) {
        boolean alwaysAccepts() {
            return regex == null && entry.conditions().isEmpty();
        }

        boolean accepts(String path, RequestFacts request) {
            return entry.conditionsHold(request) && (regex == null || regex.matches(path));
        }
    }

    /**
     * The lowest rank below {@code bound} of a candidate that accepts the request; {@code bound} if there is none.
     * Allocates only where an expression is run.
     */
    int firstMatch(String path, RequestFacts request, int bound) {
        int best = bound;
        int node = 0;
        int at = 0;
        while (nodes[node] < best) {
            best = first(nodes[node + PREFIX], path, request, best);
            if (at == path.length()) {
                return first(nodes[node + EXACT], path, request, best);
            }
            node = child(node, charAt(path, at));
            if (node < 0 || !labelFollows(node, path, at)) {
                return best;
            }
            at += nodes[node + LABEL_LENGTH];
        }
        return best;
    }

    private int first(int candidates, String path, RequestFacts request, int bound) {
        if (candidates >= NONE) {
            return candidates == NONE ? bound : Math.min(candidates, bound);
        }
        for (Candidate candidate : lists[-2 - candidates]) {
            if (candidate.rank() >= bound) {
                break;
            }
            if (candidate.accepts(path, request)) {
                return candidate.rank();
            }
        }
        return bound;
    }

    /** The child whose label begins with that character; -1 if there is none. */
    private int child(int node, char first) {
        int count = nodes[node + CHILDREN];
        int chars = node + HEADER + half(nodes[node + LABEL_LENGTH]);
        int from = 0;
        int to = count;
        while (to - from > MANY) {
            int middle = from + to >>> 1;
            if (unpack(chars, middle) <= first) {
                from = middle;
            } else {
                to = middle;
            }
        }
        for (int i = from; i < to; i++) {
            if (unpack(chars, i) == first) {
                return nodes[chars + half(count) + i];
            }
        }
        return -1;
    }

    /** Whether the path goes on with the node's label; its first character is known to. */
    private boolean labelFollows(int node, String path, int at) {
        int length = nodes[node + LABEL_LENGTH];
        if (path.length() - at < length) {
            return false;
        }
        for (int i = 1; i < length; i++) {
            if (charAt(path, at + i) != unpack(node + HEADER, i)) {
                return false;
            }
        }
        return true;
    }

    private char unpack(int from, int index) {
        return (char) (nodes[from + (index >> 1)] >>> ((index & 1) << 4));
    }

    private char charAt(String path, int at) {
        return switch (direction) {
            case FORWARDS -> path.charAt(at);
            case FORWARDS_IN_ANY_CASE -> fold(path.charAt(at));
            case BACKWARDS -> path.charAt(path.length() - 1 - at);
        };
    }

    static char fold(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    /** How many ints so many characters take. */
    static int half(int chars) {
        return chars + 1 >> 1;
    }
}
