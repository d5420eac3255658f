package io.convergate.node.edge.proxy;

import io.convergate.node.edge.UnsafeRetries;
import io.convergate.node.edge.http.ContentTypes;
import io.convergate.node.edge.upstream.UpstreamResponse;
import io.convergate.routing.retry.AttemptFailure;
import io.convergate.routing.retry.RetryConditions;
import io.convergate.routing.retry.RetryPolicy;
import org.apache.pekko.http.scaladsl.model.HttpRequest;

/**
 * What may be repeated of a request, by the route's policy and the node's setting for unsafe methods.
 *
 * @param request the request
 * @param policy of its route
 * @param unsafe what is done with methods that are not idempotent
 */
record RetryRule(HttpRequest request, RetryPolicy policy, UnsafeRetries unsafe) {
    /** Whether the request is sent again for this; only a body that is still here whole can be. */
    boolean covers(AttemptFailure how) {
        if (!request.entity().isStrict() && how != AttemptFailure.CONNECT) {
            return false;
        }
        return conditions().on(how)
                || how == AttemptFailure.STALE_CONNECTION && request.method().isIdempotent();
    }

    /** Whether the request is sent again because of this answer. */
    boolean covers(UpstreamResponse response) {
        if (!request.entity().isStrict()) {
            return false;
        }
        RetryConditions conditions = conditions();
        if (conditions.onStatus(response.status())) {
            return true;
        }
        if (conditions.onAnyGrpcStatus()
                && ContentTypes.isGrpc(response.entity().contentType())) {
            String status = response.fields().joined("grpc-status");
            return status != null && conditions.onGrpcStatus(status);
        }
        return conditions.onRateLimited() && response.fields().joined("x-envoy-ratelimited") != null;
    }

    private RetryConditions conditions() {
        return unsafe == UnsafeRetries.NOT_TAKEN && !request.method().isIdempotent()
                ? policy.conditionsNotTaken()
                : policy.conditions();
    }
}
