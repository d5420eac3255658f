package io.convergate.routing.action;

import java.util.Optional;

/** The statuses of gRPC, in the order of their codes. */
public enum GrpcStatus {
    OK(200),
    CANCELLED(499),
    UNKNOWN(500),
    INVALID_ARGUMENT(400),
    DEADLINE_EXCEEDED(504),
    NOT_FOUND(404),
    ALREADY_EXISTS(409),
    PERMISSION_DENIED(403),
    RESOURCE_EXHAUSTED(429),
    FAILED_PRECONDITION(400),
    ABORTED(409),
    OUT_OF_RANGE(400),
    UNIMPLEMENTED(501),
    INTERNAL(500),
    UNAVAILABLE(503),
    DATA_LOSS(500),
    UNAUTHENTICATED(401);

    private final int httpStatus;

    GrpcStatus(int httpStatus) {
        this.httpStatus = httpStatus;
    }

    /** The number on the wire. */
    public int code() {
        return ordinal();
    }

    /** The HTTP status that comes nearest, as gRPC's own table has it (google.rpc.Code). */
    public int httpStatus() {
        return httpStatus;
    }

    /** The status of that name. */
    public static Optional<GrpcStatus> named(String name) {
        for (GrpcStatus status : values()) {
            if (status.name().equals(name)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
