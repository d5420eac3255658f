package io.convergate.loadgen.request;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What must hold of the answer to one request. What is empty is not checked.
 *
 * @param upstreams one of which must have answered
 * @param routes by one of which it must have come
 * @param versions one of which must have answered
 * @param bodyLength of the body, in bytes
 * @param bodySha256 of the body, 64 lower-case hexadecimal digits
 */
public record Expectation(
        Statuses statuses,
        Set<String> upstreams,
        Set<String> routes,
        Set<String> versions,
        OptionalLong bodyLength,
        Optional<String> bodySha256) {
    /** A status of 2xx, and nothing else. */
    public static final Expectation SUCCESS = ofStatus(Statuses.SUCCESS);

    public Expectation {
        upstreams = Set.copyOf(upstreams);
        routes = Set.copyOf(routes);
        versions = Set.copyOf(versions);
        bodySha256.ifPresent(Expectation::checkedHash);
    }

    /** @throws IllegalArgumentException with {@code value (expected: rule)} if it is no hash */
    static String checkedHash(String hash) {
        if (!hash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(hash + " (expected: 64 lower-case hexadecimal digits)");
        }
        return hash;
    }

    /** A status, and nothing else. */
    public static Expectation ofStatus(Statuses statuses) {
        return new Expectation(statuses, Set.of(), Set.of(), Set.of(), OptionalLong.empty(), Optional.empty());
    }

    /** The same, and one of these upstreams must have answered. */
    public Expectation withUpstreams(Set<String> allowed) {
        return new Expectation(statuses, allowed, routes, versions, bodyLength, bodySha256);
    }
}
