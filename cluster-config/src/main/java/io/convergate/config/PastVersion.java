package io.convergate.config;

import java.time.Instant;
import java.util.Optional;

/**
 * What a change did to one resource.
 *
 * @param changeId the short name of the change, {@code writer.counter}
 * @param time when it was made
 * @param change the change, if it is still kept
 * @param resource what it wrote; empty if it deleted the resource
 */
public record PastVersion(
        String changeId, Instant time, Optional<PastChange> change, Optional<StoredResource> resource) {}
