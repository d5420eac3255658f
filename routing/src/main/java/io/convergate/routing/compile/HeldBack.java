package io.convergate.routing.compile;

import io.convergate.routing.model.ResourceKey;
import java.util.Objects;
import java.util.Set;

/**
 * Why a resource is not served as it is wanted.
 *
 * @param cause what stands in the way
 * @param message for people: what is wrong, or what is missing
 * @param because the resources that stand in the way; empty if it is this one alone
 * @param olderVersionServes whether an older version is served in its place; otherwise it is as if it were not there
 * @param version by what name the older version is known; empty if it has none
 */
public record HeldBack(
        Cause cause, String message, Set<ResourceKey> because, boolean olderVersionServes, String version) {
    public HeldBack {
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(version, "version");
        because = Set.copyOf(because);
    }

    HeldBack(Cause cause, String message, Set<ResourceKey> because, boolean olderVersionServes) {
        this(cause, message, because, olderVersionServes, "");
    }

    HeldBack withVersion(String name) {
        return new HeldBack(cause, message, because, olderVersionServes, name);
    }

    /** What stands in the way, and what is served in place of the resource. */
    public String sentence() {
        if (!olderVersionServes) {
            return message;
        }
        return message + "; " + (version.isEmpty() ? "its older version" : "its version of " + version) + " is served";
    }

    /** What stands in the way of a resource. */
    public enum Cause {
        /** It cannot be compiled. */
        UNCOMPILABLE,
        /** It is not accepted as a GatewayClass or a Gateway, while its older version is. */
        NOT_ACCEPTED,
        /** It refers to a resource that is held back. */
        REFERS_TO_HELD_BACK,
        /** It refers to something that is not there, while its older version works. */
        REFERENCE_MISSING,
        /** The served version of a resource that is held back needs it as it is. */
        NEEDED_BY_HELD_BACK,
        /** It would take away a host, a port or a subset that served routes still name. */
        NAMED_BY_ROUTES
    }
}
