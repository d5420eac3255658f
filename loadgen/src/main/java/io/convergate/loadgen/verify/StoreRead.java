package io.convergate.loadgen.verify;

import java.util.Map;

/**
 * What a node's store had of some resources: the newest configuration it knew, served or not, at one moment and under one revision.
 *
 * @param revision of that configuration
 * @param resources every resource that was asked for, by its key; {@link Held#NONE} if there was none
 */
public record StoreRead(
        String node, long askedNanos, long answeredNanos, String revision, Map<String, Held> resources) {
    public StoreRead {
        resources = Map.copyOf(resources);
    }

    /**
     * A resource as it was found.
     *
     * @param value as {@link ConfigWrite} has it; empty if there was none
     * @param uid which object it is, over all its writes; empty if there was none, or if it did not say
     */
    public record Held(String value, String uid) {
        /** No such resource. */
        public static final Held NONE = new Held("", "");
    }
}
