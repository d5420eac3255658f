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
     * The way to the present: the configuration after each kept change together with all that came before it, the oldest
     * first, the present one left out. Changes that did not know of each other are taken in the order of their times, so
     * it is the same way on all nodes that keep the same changes. Each is read when the stream comes to it.
     */
    Stream<ConfigView> way();

    /**
     * The part of the {@link #way} that comes after a configuration.
     *
     * @return empty if that one is not on it
     */
    Optional<Stream<ConfigView>> wayFrom(ConfigView from);

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
