package io.convergate.routing.match;

import io.convergate.routing.match.PathTree.Candidate;
import io.convergate.routing.match.PathTree.Direction;
import io.convergate.routing.regex.SafeRegex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects the candidates of a {@link PathTree}. They must be added in ascending order of their ranks. */
final class PathTreeBuilder {
    private final Direction direction;
    private final Node root = new Node("");
    private final List<Candidate[]> lists = new ArrayList<>();
    private int[] nodes = new int[64];
    private int size;

    PathTreeBuilder(Direction direction) {
        this.direction = direction;
    }

    /** Adds a candidate for paths that equal the literal. */
    void addExact(String literal, int rank, RouteEntry entry) {
        append(root.descend(walked(literal), rank).exact, new Candidate(rank, entry, null));
    }

    /** Adds a candidate for paths that start with the literal. */
    void addPrefix(String literal, int rank, RouteEntry entry) {
        append(root.descend(walked(literal), rank).prefix, new Candidate(rank, entry, null));
    }

    /** Adds a candidate for paths that consist of these elements, or begin with them; no slash is at their end. */
    void addElements(String elements, int rank, RouteEntry entry) {
        if (!elements.isEmpty()) {
            addExact(elements, rank, entry);
        }
        addPrefix(elements + "/", rank, entry);
    }

    /** Adds a candidate for paths that match the expression. */
    void addRegex(SafeRegex regex, int rank, RouteEntry entry) {
        String literal = direction == Direction.BACKWARDS
                ? regex.shape().suffix()
                : regex.shape().prefix();
        append(root.descend(walked(literal), rank).prefix, new Candidate(rank, entry, regex));
    }

    /** What comes after a candidate that always accepts is never reached, and not kept. */
    private static void append(List<Candidate> candidates, Candidate candidate) {
        if (candidates.isEmpty() || !candidates.get(candidates.size() - 1).alwaysAccepts()) {
            candidates.add(candidate);
        }
    }

    /** The tree; null if nothing was added. */
    @Nullable
    PathTree build() {
        if (root.lowestRank == Integer.MAX_VALUE) {
            return null;
        }
        writeAll();
        return new PathTree(Arrays.copyOf(nodes, size), lists.toArray(Candidate[][]::new), direction);
    }

    /** A literal as it is met on the walk. */
    private String walked(String literal) {
        return switch (direction) {
            case FORWARDS -> literal;
            case FORWARDS_IN_ANY_CASE -> folded(literal);
            case BACKWARDS -> new StringBuilder(literal).reverse().toString();
        };
    }

    private static String folded(String literal) {
        char[] folded = literal.toCharArray();
        for (int i = 0; i < folded.length; i++) {
            folded[i] = PathTree.fold(folded[i]);
        }
        return new String(folded);
    }

    /** A node that is still to be written, and where its place is to be noted; -1 for the root. */
    private record Pending(Node node, int noteAt) {}

    /** Writes all nodes, each before its children and beside the first of them. */
    private void writeAll() {
        Deque<Pending> pending = new ArrayDeque<>();
        pending.push(new Pending(root, -1));
        while (!pending.isEmpty()) {
            Pending next = pending.pop();
            if (next.noteAt() >= 0) {
                nodes[next.noteAt()] = size;
            }
            int places = write(next.node());
            int i = next.node().children.size();
            for (Node child : next.node().children.descendingMap().values()) {
                pending.push(new Pending(child, places + --i));
            }
        }
    }

    /** Writes a node, and tells where the places of its children go. */
    private int write(Node node) {
        int place = size;
        int count = node.children.size();
        int labelEnd = place + PathTree.HEADER + PathTree.half(node.label.length());
        int places = labelEnd + PathTree.half(count);
        size = places + count;
        if (size > nodes.length) {
            nodes = Arrays.copyOf(nodes, size * 2);
        }
        nodes[place] = node.lowestRank;
        nodes[place + PathTree.PREFIX] = candidates(node.prefix);
        nodes[place + PathTree.EXACT] = candidates(node.exact);
        nodes[place + PathTree.LABEL_LENGTH] = node.label.length();
        nodes[place + PathTree.CHILDREN] = count;
        pack(node.label, place + PathTree.HEADER);
        StringBuilder firstChars = new StringBuilder(count);
        node.children.keySet().forEach(firstChars::append);
        pack(firstChars, labelEnd);
        return places;
    }

    private void pack(CharSequence chars, int to) {
        for (int i = 0; i < chars.length(); i++) {
            nodes[to + (i >> 1)] |= chars.charAt(i) << ((i & 1) << 4);
        }
    }

    private int candidates(List<Candidate> candidates) {
        if (candidates.isEmpty()) {
            return PathTree.NONE;
        }
        if (candidates.get(0).alwaysAccepts()) {
            return candidates.get(0).rank();
        }
        lists.add(candidates.toArray(Candidate[]::new));
        return -1 - lists.size();
    }

    /** A place in the tree: the characters that lead here from its parent, and the candidates that end here. */
    private static final class Node {
        private String label;
        private int lowestRank = Integer.MAX_VALUE;
        private List<Candidate> prefix = new ArrayList<>(0);
        private List<Candidate> exact = new ArrayList<>(0);
        private NavigableMap<Character, Node> children = new TreeMap<>();

        Node(String label) {
            this.label = label;
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
                Node next = node.children.get(literal.charAt(at));
                if (next == null) {
                    next = new Node(literal.substring(at));
                    node.children.put(literal.charAt(at), next);
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
            rest.children = children;
            label = label.substring(0, length);
            prefix = new ArrayList<>(0);
            exact = new ArrayList<>(0);
            children = new TreeMap<>();
            children.put(rest.label.charAt(0), rest);
        }
    }
}
