package io.convergate.loadgen.origin;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Locale;

/**
 * A way in which an origin can be broken. Its JSON form has a {@code kind}, and what the kind needs; {@link MisbehaviourJson} reads it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
public sealed interface Misbehaviour {
    /** Its name in scenarios, in JSON and in logs. */
    default String kind() {
        return getClass().getAnnotation(JsonTypeName.class).value();
    }

    /** The share of requests it happens to, 0 to 1, drawn from the origin's seed. */
    double share();

    /** Its port is closed and all its connections are reset. Happens to everybody. */
    @JsonTypeName("die")
    record Die() implements Misbehaviour {
        @Override
        public double share() {
            return 1;
        }
    }

    /** The request is taken and never answered. */
    @JsonTypeName("hang")
    record Hang(double share) implements Misbehaviour {
        public Hang {
            requireShare(share);
        }
    }

    /**
     * The answer comes late, by {@code delayMs} plus up to {@code jitterMs}.
     *
     * @param delayMs 0 to 600,000
     * @param jitterMs 0 to 600,000, evenly distributed
     */
    @JsonTypeName("slow")
    record Slow(long delayMs, long jitterMs, double share) implements Misbehaviour {
        public Slow {
            requireMs("delayMs", delayMs);
            requireMs("jitterMs", jitterMs);
            requireShare(share);
        }
    }

    /**
     * The answer is an error.
     *
     * @param status 400 to 599
     */
    @JsonTypeName("errors")
    record Errors(int status, double share) implements Misbehaviour {
        public Errors {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
            }
            requireShare(share);
        }
    }

    /** The answer is no HTTP that may be sent, and the connection closes after it. */
    @JsonTypeName("malformed")
    record Malformed(Malformation malformation, double share) implements Misbehaviour {
        public Malformed {
            requireShare(share);
        }
    }

    /** The head and half of the body come, then the connection ends. */
    @JsonTypeName("close-mid-body")
    record CloseMidBody(double share) implements Misbehaviour {
        public CloseMidBody {
            requireShare(share);
        }
    }

    /** The connection is reset in place of an answer. */
    @JsonTypeName("reset")
    record Reset(double share) implements Misbehaviour {
        public Reset {
            requireShare(share);
        }
    }

    private static void requireShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "share: %s (expected: above 0, to 1)", share));
        }
    }

    private static void requireMs(String name, long value) {
        if (value < 0 || value > 600_000) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0 to 600000)");
        }
    }
}
