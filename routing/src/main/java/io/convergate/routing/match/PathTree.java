package io.convergate.routing.match;

import io.convergate.routing.regex.SafeRegex;
import io.convergate.routing.request.RequestFacts;
import java.util.Arrays;
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
 * <p>An expression is a candidate too, under the literal that all its matches begin with.
 *
 * <p>Built once, then only read; publish it safely.
 */
final class PathTree {
    private static final Candidate[] NONE = {};

    private final boolean ignoreCase;
    private final Node root = new Node("");

    /** @param ignoreCase whether ASCII letters match in either case */
    PathTree(boolean ignoreCase) {
        this.ignoreCase = ignoreCase;
    }

    /** Adds a candidate for paths that equal the literal. Ranks must be added in ascending order. */
    void addExact(String literal, int rank, RouteEntry entry) {
        Node node = root.descend(fold(literal), rank);
        node.exact = append(node.exact, new Candidate(rank, entry, null));
    }

    /** Adds a candidate for paths that start with the literal. Ranks must be added in ascending order. */
    void addPrefix(String literal, int rank, RouteEntry entry) {
        addPrefix(literal, new Candidate(rank, entry, null));
    }

    /** Adds a candidate for paths that match the expression. Ranks must be added in ascending order. */
    void addRegex(SafeRegex regex, int rank, RouteEntry entry) {
        addPrefix(regex.shape().prefix(), new Candidate(rank, entry, regex));
    }

    private void addPrefix(String literal, Candidate candidate) {
        Node node = root.descend(fold(literal), candidate.rank());
        node.prefix = append(node.prefix, candidate);
    }

    /** What comes after a candidate that always accepts is never reached, and not kept. */
    private static Candidate[] append(Candidate[] candidates, Candidate candidate) {
        if (candidates.length > 0 && candidates[candidates.length - 1].alwaysAccepts()) {
            return candidates;
        }
        Candidate[] longer = Arrays.copyOf(candidates, candidates.length + 1);
        longer[candidates.length] = candidate;
        return longer;
    }

    /** Whether nothing was added. */
    boolean isEmpty() {
        return root.lowestRank == Integer.MAX_VALUE;
    }

    /**
     * The lowest rank below {@code bound} of a candidate that accepts the request; {@code bound} if there is none.
     * Allocates only where an expression is run.
     */
    int firstMatch(String path, RequestFacts request, int bound) {
        int best = bound;
        Node node = root;
        int at = 0;
        while (node.lowestRank < best) {
            best = first(node.prefix, path, request, best);
            if (at == path.length()) {
                return first(node.exact, path, request, best);
            }
            Node next = node.child(fold(path.charAt(at)));
            if (next == null || !labelFollows(next.label, path, at)) {
                return best;
            }
            at += next.label.length();
            node = next;
        }
        return best;
    }

    private static int first(Candidate[] candidates, String path, RequestFacts request, int bound) {
        for (Candidate candidate : candidates) {
            if (candidate.rank() >= bound) {
                break;
            }
            if (candidate.accepts(path, request)) {
                return candidate.rank();
            }
        }
        return bound;
    }

    private boolean labelFollows(String label, String path, int at) {
        if (!ignoreCase) {
            return path.startsWith(label, at);
        }
        if (path.length() - at < label.length()) {
            return false;
        }
        for (int i = 0; i < label.length(); i++) {
            if (fold(path.charAt(at + i)) != label.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private char fold(char c) {
        return ignoreCase && c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    private String fold(String literal) {
        if (!ignoreCase) {
            return literal;
        }
        char[] folded = literal.toCharArray();
        for (int i = 0; i < folded.length; i++) {
            folded[i] = fold(folded[i]);
        }
        return new String(folded);
    }

    /**
     * A route that may take a path.
     *
     * @param rank its place in the list
     * @param entry the route and its conditions
     * @param regex the expression the path must match as well; null if its literal says all
     */
    private record Candidate(
            int rank, RouteEntry entry, @Nullable SafeRegex regex) {
        boolean alwaysAccepts() {
            return regex == null && entry.conditions().isEmpty();
        }

        boolean accepts(String path, RequestFacts request) {
            return entry.conditionsHold(request) && (regex == null || regex.matches(path));
        }
    }

    /** A place in the tree: the characters that lead here from its parent, and the candidates that end here. */
    private static final class Node {
        private String label;
        private int lowestRank = Integer.MAX_VALUE;
        private Candidate[] prefix = NONE;
        private Candidate[] exact = NONE;
        private char[] firstChars = {};
        private Node[] children = {};

        Node(String label) {
            this.label = label;
        }

        @Nullable
        Node child(char first) {
            char[] chars = firstChars;
            if (chars.length <= 8) {
                for (int i = 0; i < chars.length; i++) {
                    if (chars[i] == first) {
                        return children[i];
                    }
                }
                return null;
            }
            int i = Arrays.binarySearch(chars, first);
            return i < 0 ? null : children[i];
        }

        /** The node for a literal, made if need be; notes the rank on the way. */
        Node descend(String literal, int rank) {
            Node node = this;
            int at = 0;
            while (true) {
                node.lowestRank = Math.min(node.lowestRank, rank);
                if (at == literal.length()) {
                    return node;
                }
                Node next = node.child(literal.charAt(at));
                if (next == null) {
                    next = new Node(literal.substring(at));
                    node.addChild(next);
                } else {
                    next.splitAfter(commonLength(next.label, literal, at));
                }
                at += next.label.length();
                node = next;
            }
        }

        private static int commonLength(String label, String literal, int at) {
            int length = Math.min(label.length(), literal.length() - at);
            int i = 0;
            while (i < length && label.charAt(i) == literal.charAt(at + i)) {
                i++;
            }
            return i;
        }

        /** Ends this node's label after so many characters; what followed moves to a child. */
        private void splitAfter(int length) {
            if (length == label.length()) {
                return;
            }
            Node rest = new Node(label.substring(length));
            rest.lowestRank = lowestRank;
            rest.prefix = prefix;
            rest.exact = exact;
            rest.firstChars = firstChars;
            rest.children = children;
            label = label.substring(0, length);
            prefix = NONE;
            exact = NONE;
            firstChars = new char[] {rest.label.charAt(0)};
            children = new Node[] {rest};
        }

        private void addChild(Node child) {
            char first = child.label.charAt(0);
            int at = -Arrays.binarySearch(firstChars, first) - 1;
            char[] chars = new char[firstChars.length + 1];
            Node[] nodes = new Node[chars.length];
            System.arraycopy(firstChars, 0, chars, 0, at);
            System.arraycopy(children, 0, nodes, 0, at);
            chars[at] = first;
            nodes[at] = child;
            System.arraycopy(firstChars, at, chars, at + 1, firstChars.length - at);
            System.arraycopy(children, at, nodes, at + 1, children.length - at);
            firstChars = chars;
            children = nodes;
        }
    }
}
