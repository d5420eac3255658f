package io.convergate.routing.upstream;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a request's endpoint follows from the request. Istio: ConsistentHashLB, its defaults filled in.
 *
 * @param source what is hashed
 * @param name of the header (in lower case), the cookie or the query parameter; empty for an address
 * @param cookie how the cookie is made for clients without one; empty if it is not
 * @param table where hashes lead
 */
public record HashPolicy(Source source, String name, Optional<NewCookie> cookie, Table table) {
    public HashPolicy {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(table, "table");
    }

    /** What is hashed. */
    public enum Source {
        HEADER,
        COOKIE,
        ADDRESS,
        QUERY_PARAMETER
    }

    /**
     * A cookie that the gateway makes.
     *
     * @param ttl how long it lives; zero for as long as the browser runs
     * @param attributes its path and all else, as they stand behind its value
     */
    public record NewCookie(Duration ttl, String attributes) {}

    /**
     * Where hashes lead.
     *
     * @param maglev whether it is Maglev's table; else a ring
     * @param size the table's size, a prime; the fewest places on the ring
     */
    public record Table(boolean maglev, int size) {}
}
