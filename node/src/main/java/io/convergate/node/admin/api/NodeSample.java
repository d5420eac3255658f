package io.convergate.node.admin.api;

/**
 * What a node contributed to an {@link ImpactReport}.
 *
 * @param node its name
 * @param sampled how many sampled requests it looked at
 * @param requests how many requests these stand for
 * @param seconds how far back they reach
 * @param problem why it contributed nothing; empty if it did
 */
public record NodeSample(String node, long sampled, double requests, long seconds, String problem) {
    /** A node that could not be asked. */
    public static NodeSample missing(String node, String problem) {
        return new NodeSample(node, 0, 0, 0, problem);
    }
}
