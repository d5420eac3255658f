package io.convergate.config;

/**
 * Where a change came in.
 *
 * @param node the name of the node that took it; empty if nobody noted it
 * @param client the address that it came from, for people; empty if it came from no client or nobody noted it
 */
public record Origin(String node, String client) {
    /** Nobody noted it. */
    public static final Origin UNKNOWN = new Origin("", "");
}
