package io.convergate.node.limits.service;

import io.convergate.routing.descriptor.DescriptorLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Envoy is answered: {@code envoy.service.ratelimit.v3.RateLimitResponse}.
 *
 * @param overall whether the request may pass
 * @param statuses of each descriptor, in the order of the request
 * @param headers of the response to the client, name and value
 */
record RateLimitReply(Code overall, List<Status> statuses, List<Header> headers) {
    /** What is left of what has no limit: the largest number of 32 bits, as envoyproxy/ratelimit says. */
    static final long UNLIMITED = 0xffff_ffffL;

    RateLimitReply {
        statuses = List.copyOf(statuses);
        headers = List.copyOf(headers);
    }

    /** With the number it has in the protocol. */
    enum Code {
        OK(1),
        OVER_LIMIT(2);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /**
     * Of one descriptor.
     *
     * @param code whether it may pass
     * @param limit what limits it; null if nothing does
     * @param remaining how many are left, at most {@link #UNLIMITED}
     * @param resetSeconds in how many seconds there are more; 0 if nothing limits it
     */
    record Status(Code code, @Nullable DescriptorLimit limit, long remaining, long resetSeconds) {
        /** Of a descriptor that nothing limits. */
        static final Status FREE = new Status(Code.OK, null, 0, 0);

        /** Of a descriptor that is said to be unlimited. */
        static final Status UNBOUND = new Status(Code.OK, null, UNLIMITED, 0);
    }

    /** A header. */
    record Header(String name, String value) {}
}
