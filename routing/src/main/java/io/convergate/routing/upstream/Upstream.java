package io.convergate.routing.upstream;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A destination service, or a subset of one, as requests see it. Immutable. Compilations keep the instance as long as
 * nothing about it changed, so that pools and balancer state may hang on its identity.
 */
public final class Upstream {
    private final UpstreamInfo info;
    private final Object attachment;
    private final @Nullable Upstream standIn;

    /** An upstream that nobody stands in for. */
    public Upstream(UpstreamInfo info, Object attachment) {
        this(info, attachment, null);
    }

    /** @param standIn who gets the requests while its breaker is open; null for nobody */
    public Upstream(UpstreamInfo info, Object attachment, @Nullable Upstream standIn) {
        this.info = Objects.requireNonNull(info, "info");
        this.attachment = Objects.requireNonNull(attachment, "attachment");
        this.standIn = standIn;
    }

    /** Istio's form {@code outbound|9080|v1|reviews.default.svc.cluster.local}. */
    public String name() {
        return info.name();
    }

    public Resolution resolution() {
        return info.resolution();
    }

    /** May be empty, then a request is answered 503 (UH). */
    public List<EndpointSpec> endpoints() {
        return info.endpoints();
    }

    public LoadBalancing loadBalancing() {
        return info.loadBalancing();
    }

    public PoolSettings pool() {
        return info.pool();
    }

    /** Who gets the requests while its breaker is open; null for nobody. */
    public @Nullable Upstream standIn() {
        return standIn;
    }

    /** Everything that is configured about it. */
    public UpstreamInfo info() {
        return info;
    }

    /** What the compiler's upstream attachment function returned for it. */
    public Object attachment() {
        return attachment;
    }

    @Override
    public String toString() {
        return info.name();
    }
}
