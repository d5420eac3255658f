package io.convergate.config;

import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The past of the configuration as far as this node keeps it, at the moment it was asked. Safe on any thread. What it
 * answers costs reading, so it is nothing for a request path; what is collected meanwhile is answered as not kept.
 */
public interface ConfigHistory {
    /** The changes that are kept, the newest first. */
    List<PastChange> changes();

    /**
     * The configuration at a revision.
     *
     * @param revision a revision that some node had, or the short name of a change, which means right after it
     * @return empty if it is not kept
     */
    Optional<ConfigView> at(Revision revision);

    /** The configuration that a change was made to; empty if it is not kept. */
    Optional<ConfigView> before(PastChange change);

    /**
     * What became of one resource, the newest version first. The last one may be older than the kept changes; its change
     * is empty then.
     */
    List<PastVersion> versions(ResourceKey key);

    /**
     * The way to the present: each kept change together with all that came before it, the oldest first. Changes that did not
     * know of each other are taken in the order of their times, so it is the same way on all nodes that keep the same changes.
     * Each is read when the stream comes to it; what is collected meanwhile is left out, so the present may be.
     */
    Stream<Step> way();

    /**
     * The part of the {@link #way} that comes after the first of some configurations that is on it.
     *
     * @return empty if none is
     */
    Optional<Onward> wayFrom(List<ConfigView> places);

    /**
     * Whether the newest change knew of all the others, so that it is the last one on the way: no other came late. Costs
     * nothing.
     */
    boolean endsInOne();

    /**
     * A change on the way.
     *
     * @param configuration after it and all that came before it
     * @param known what the node that took the change had, with the change in it; the same revision if nothing on the way
     *     before it is concurrent with it
     */
    record Step(ConfigView configuration, ConfigView known) {
        /** Whether something on the way before it is concurrent with it. */
        public boolean isConcurrent() {
            return !known.revision().equals(configuration.revision());
        }
    }

    /**
     * A part of the way.
     *
     * @param from the configuration after which it comes
     */
    record Onward(ConfigView from, Stream<Step> steps) {}

    /** How much of the past there is. */
    Extent extent();

    /** How much of the past there is. */
    enum Extent {
        /** All of it, from the first change on. */
        WHOLE,
        /** As much as is to be kept. */
        KEPT,
        /** Less than that: the rest is still being fetched, or nobody has it. */
        INCOMPLETE
    }
}
