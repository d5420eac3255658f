package io.convergate.node.edge.proxy;

import io.convergate.node.edge.http.ContentTypes;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.upstream.UpstreamResponse;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC status of a response, as gRPC over HTTP has it: in the head of one that has nothing else to say, else in the trailers.
 * What gRPC-Web puts into the last frame of its body is not looked for.
 */
final class GrpcStatus {
    /** None, or none that is known yet. */
    static final int NONE = -1;

    /** The HTTP status that each one stands for, from 0 on: google.rpc.Code, as Envoy maps them for outlier detection. */
    private static final int[] HTTP = {
        200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401
    };

    private static final String NAME = "grpc-status";

    private GrpcStatus() {}

    /** What the head of a response says; {@link #NONE} if it says nothing, or is not of gRPC. */
    static int inHead(UpstreamResponse response) {
        return ContentTypes.isGrpc(response.entity().contentType()) ? in(response.fields()) : NONE;
    }

    /** Whether a response's trailers, which have not come yet, are to tell. */
    static boolean isToCome(UpstreamResponse response) {
        return response.body() != null
                && ContentTypes.isGrpc(response.entity().contentType())
                && response.fields().joined(NAME) == null;
    }

    /** What these fields say; {@link #NONE} for nothing, or no status. */
    static int in(@Nullable Fields fields) {
        String status = fields == null ? null : fields.joined(NAME);
        boolean plain = status != null
                && !status.isEmpty()
                && status.length() <= 2
                && status.chars().allMatch(c -> c >= '0' && c <= '9');
        return plain ? Integer.parseInt(status) : NONE;
    }

    /** What a response of this HTTP status and this gRPC status is to outlier detection. */
    static int asHttp(int status, int grpcStatus) {
        return grpcStatus <= 0 ? status : grpcStatus < HTTP.length ? HTTP[grpcStatus] : HTTP[2];
    }
}
