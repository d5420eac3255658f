package io.convergate.node.limits.service;

import io.convergate.routing.descriptor.Entry;
import io.convergate.routing.model.policy.RateLimitDomain.Unit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What Envoy asks: {@code envoy.service.ratelimit.v3.RateLimitRequest}.
 *
 * @param domain whose limits
 * @param descriptors what is to be counted, each by itself
 * @param hitsAddend how often; 0 for once
 */
record RateLimitRequest(String domain, List<Descriptor> descriptors, long hitsAddend) {
    RateLimitRequest {
        descriptors = List.copyOf(descriptors);
    }

    /**
     * Something that is counted.
     *
     * @param entries its keys and values
     * @param brought the limit that holds in place of what is written
     * @param hitsAddend how often, in place of the request's; 0 asks without counting
     */
    record Descriptor(List<Entry> entries, Optional<Brought> brought, OptionalLong hitsAddend) {
        Descriptor {
            entries = List.copyOf(entries);
        }
    }

    /**
     * A limit.
     *
     * @param requests how many
     * @param unit in what time
     */
    record Brought(long requests, Unit unit) {}

    /** How often a descriptor is counted. */
    long hits(Descriptor descriptor) {
        return descriptor.hitsAddend().orElse(Math.max(1, hitsAddend));
    }
}
