package io.convergate.config;

import java.time.Instant;

/**
 * A resource as one change wrote it.
 *
 * @param changeId the short name of that change, {@code writer.counter}
 * @param time when it was made, by the clock of the node that took it
 * @param resource what it wrote
 */
public record ResourceVersion(String changeId, Instant time, StoredResource resource) {}
