package io.convergate.node.edge;

import io.convergate.routing.explain.SampledRequest;

/**
 * A request that was sampled.
 *
 * @param request what was kept of it
 * @param standsFor how many requests it stands for, at least 1
 * @param ageNanos how long ago it came
 */
public record SampledTraffic(SampledRequest request, double standsFor, long ageNanos) {}
