package io.convergate.routing.breaker;

import io.convergate.routing.retry.AttemptFailure;
import java.util.BitSet;

/**
 * What counts as a failure of an upstream.
 *
 * @param statuses these statuses of its responses
 * @param grpcStatuses these gRPC statuses, in the head of a response or in its trailers
 * @param timeouts no response in the time of a try, or of the route
 * @param resets a connection that ended, or brought no HTTP
 * @param connectFailures no connection
 */
public record FailureKinds(
        BitSet statuses, BitSet grpcStatuses, boolean timeouts, boolean resets, boolean connectFailures) {
    private static final int STATUS_FROM = 500;
    private static final int STATUS_TO = 600;

    /** CANCELLED is the caller's doing; these are the upstream's: UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
    private static final int[] GRPC = {2, 4, 13, 14, 15};

    public FailureKinds {
        statuses = (BitSet) statuses.clone();
        grpcStatuses = (BitSet) grpcStatuses.clone();
    }

    /** Every status of 500 and more, gRPC statuses that are the upstream's fault, and whatever is no response. */
    public static FailureKinds defaults() {
        BitSet statuses = new BitSet();
        statuses.set(STATUS_FROM, STATUS_TO);
        BitSet grpc = new BitSet();
        for (int status : GRPC) {
            grpc.set(status);
        }
        return new FailureKinds(statuses, grpc, true, true, true);
    }

    /**
     * Whether a response is a failure.
     *
     * @param grpcStatus its gRPC status; below 0 for none
     */
    public boolean covers(int status, int grpcStatus) {
        return statuses.get(status) || grpcStatus >= 0 && grpcStatuses.get(grpcStatus);
    }

    /** Whether it is a failure that a call ended like this. */
    public boolean covers(AttemptFailure how) {
        return switch (how) {
            case CONNECT -> connectFailures;
            case TIMEOUT -> timeouts;
            case RESET, REFUSED_STREAM, STALE_CONNECTION -> resets;
        };
    }
}
