package io.convergate.loadgen.fault;

/**
 * One direction between two nodes.
 *
 * @param from the name of the node that sends
 * @param to the name of the node that receives
 */
public record Link(String from, String to) {
    public Link {
        if (from.equals(to)) {
            throw new IllegalArgumentException("link from " + from + " to itself (expected: two nodes)");
        }
    }

    @Override
    public String toString() {
        return from + " -> " + to;
    }
}
