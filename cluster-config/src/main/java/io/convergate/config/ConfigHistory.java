package io.convergate.config;

import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Optional;

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
}
