package io.convergate.loadgen.fault;

import java.util.Optional;

/**
 * Something that was done to the system under test, for the timeline of a report and for checks that know what was going on.
 *
 * @param atNanos when, of {@link System#nanoTime()}
 * @param kind such as {@code kill}, {@code partition}, {@code heal}; a scenario's own word for it
 * @param target what it was done to: nodes, upstreams, links, in words
 * @param phase whether it begins, ends, or is done at once
 * @param detail more, for people
 * @param proof whether it took effect; of one that ends
 */
public record FaultEvent(long atNanos, String kind, String target, Phase phase, String detail, Optional<Proof> proof) {
    /** Where in its course a fault is. */
    public enum Phase {
        BEGUN,
        ENDED,
        INSTANT
    }
}
