package io.convergate.config;

import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The whole configuration at one revision. Immutable and safe on any thread; it stays readable however long it is kept.
 * Views share what they have in common, so keeping one costs what changed since.
 */
public interface ConfigView {
    /** What this view contains. Two views of one revision are equal on all nodes. */
    Revision revision();

    /**
     * Every resource by its key; unmodifiable. Looking one up costs about a microsecond whatever the size. The order of
     * iteration is the same on all nodes and otherwise means nothing.
     */
    Map<ResourceKey, StoredResource> resources();

    /**
     * The keys of which concurrent changes left more than one version that nobody has overwritten since, or one that was
     * deleted as well: see {@link #outlived}. Costs what there are of them. Two changes that wrote the same bytes are none.
     */
    Set<ResourceKey> conflicted();

    /**
     * The changes that deleted a resource which is there all the same, because whoever wrote it did not know of that, nor they
     * of what he wrote; none once somebody has written it again. Known as long as the past with the deletion is kept.
     */
    List<PastChange> outlived(ResourceKey key);

    /** Every version of a resource that nobody has overwritten, the served one first; none if there is no such resource. */
    List<ResourceVersion> versions(ResourceKey key);

    /**
     * The keys whose resource differs between this view and another: written, deleted or come back. Costs what the
     * difference is, not what the configuration is, so that an activation can compile a change alone.
     */
    Set<ResourceKey> differsFrom(ConfigView other);
}
