package io.convergate.config;

import io.convergate.routing.model.ResourceKey;

/**
 * A resource as the store keeps it. A resource that a change leaves alone is the same instance in the next view.
 *
 * @param key its identity
 * @param content its canonical bytes, at most {@link Limits#RESOURCE_BYTES_MAX}
 * @param hash the name of the content, equal on all nodes for equal bytes
 */
public record StoredResource(ResourceKey key, Content content, Hash hash) {}
