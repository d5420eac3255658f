package io.convergate.routing.model;

import java.time.Duration;
import java.util.Optional;

/**
 * What is tried again. Istio: HTTPRetry.
 *
 * @param attempts how often beyond the first; 0 means never
 * @param perTryTimeout how long one try may take; empty means as long as the rule's timeout
 * @param retryOn Envoy's conditions, separated by commas
 * @param retryRemoteLocalities whether endpoints elsewhere are tried
 * @param retryIgnorePreviousHosts whether an endpoint that failed is avoided; empty means yes
 * @param backoff the base of the pause between tries; empty means 25 ms
 */
public record HttpRetry(
        int attempts,
        Optional<Duration> perTryTimeout,
        Optional<String> retryOn,
        Optional<Boolean> retryRemoteLocalities,
        Optional<Boolean> retryIgnorePreviousHosts,
        Optional<Duration> backoff) {}
