package io.convergate.routing.model.policy;

import io.convergate.routing.model.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the endpoints of services are asked whether they are healthy. A kind of our own; the words are those of Envoy's health checking.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param targets the services, or the rules for some
 * @param http that a request is answered as expected
 * @param tcp that a connection can be made
 * @param port the port that is asked; empty for the one that gets requests
 * @param interval between checks while an endpoint is healthy
 * @param unhealthyInterval between checks while it is not; empty for the same
 * @param jitter at most so much more, at random
 * @param timeout how long a check may take
 * @param healthyThreshold after so many passed checks an endpoint is healthy again
 * @param unhealthyThreshold after so many failed checks it is healthy no more
 * @param initialState what an endpoint is before its first check
 * @param minHealthPercent with fewer healthy, nobody is left out
 */
public record HealthCheckPolicy(
        String apiVersion,
        Metadata metadata,
        List<TargetRef> targets,
        Optional<Http> http,
        Optional<Tcp> tcp,
        OptionalLong port,
        Optional<Duration> interval,
        Optional<Duration> unhealthyInterval,
        Optional<Duration> jitter,
        Optional<Duration> timeout,
        OptionalInt healthyThreshold,
        OptionalInt unhealthyThreshold,
        Optional<InitialState> initialState,
        OptionalInt minHealthPercent)
        implements UpstreamPolicy {
    public static final String KIND = "HealthCheckPolicy";

    public HealthCheckPolicy {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        targets = List.copyOf(targets);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public HealthCheckPolicy with(Metadata metadata) {
        return new HealthCheckPolicy(
                apiVersion,
                metadata,
                targets,
                http,
                tcp,
                port,
                interval,
                unhealthyInterval,
                jitter,
                timeout,
                healthyThreshold,
                unhealthyThreshold,
                initialState,
                minHealthPercent);
    }

    /** What an endpoint is before its first check. */
    public enum InitialState {
        HEALTHY,
        UNHEALTHY
    }

    /**
     * That a request is answered as expected.
     *
     * @param path its path, with a query if need be
     * @param method its method; empty for GET
     * @param host its Host; empty for the service's host
     * @param headers more headers, by name
     * @param expectedStatuses statuses, as {@code 200} or {@code 200-299}; empty for 200
     */
    public record Http(
            String path,
            Optional<String> method,
            Optional<String> host,
            Map<String, String> headers,
            List<String> expectedStatuses) {
        public Http {
            Objects.requireNonNull(path, "path");
            headers = Map.copyOf(headers);
            expectedStatuses = List.copyOf(expectedStatuses);
        }
    }

    /** That a connection can be made. */
    public record Tcp() {}
}
