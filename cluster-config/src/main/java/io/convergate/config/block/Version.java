package io.convergate.config.block;

import io.convergate.config.ResourceVersion;
import io.convergate.config.StoredResource;
import java.time.Instant;
import java.util.Comparator;

/**
 * A resource as one change wrote it.
 *
 * @param dot the change
 * @param time when it was made
 * @param resource what it wrote
 */
public record Version(Dot dot, HybridTime time, StoredResource resource) {
    /** What decides between concurrent versions: the later time, then the greater dot. The last one is served. */
    static final Comparator<Version> PRECEDENCE =
            Comparator.comparing(Version::time).thenComparing(Version::dot);

    /** The same for those who know no dots. */
    public ResourceVersion written() {
        return new ResourceVersion(dot.toString(), Instant.ofEpochMilli(time.millis()), resource);
    }
}
