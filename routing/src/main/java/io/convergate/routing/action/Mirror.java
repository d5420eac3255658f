package io.convergate.routing.action;

import io.convergate.routing.upstream.Upstream;
import java.util.Objects;

/**
 * Who gets copies of requests. Istio: HTTPMirrorPolicy.
 *
 * @param upstream who
 * @param share of how many
 */
public record Mirror(Upstream upstream, Share share) {
    public Mirror {
        Objects.requireNonNull(upstream, "upstream");
        Objects.requireNonNull(share, "share");
    }
}
