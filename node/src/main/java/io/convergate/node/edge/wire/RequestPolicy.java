package io.convergate.node.edge.wire;

import io.convergate.node.edge.Limits;
import io.convergate.node.edge.http.HeaderRole;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** What is well-formed and still not served. */
final class RequestPolicy {
    private RequestPolicy() {}

    /** Why the request is refused; null if it is not. */
    static @Nullable WireFault check(HttpRequest head, WireHeaders headers, Limits limits, IncomingRequest arrived) {
        switch (head.method().name()) {
            case "CONNECT":
                return new WireFault(501, "CONNECT, which this gateway does not offer");
            case "TRACE":
                return new WireFault(501, "TRACE, which would show a client what the gateway added");
            case "HEAD":
                if (!arrived.complete() || arrived.size() > 0 || arrived.trailers() != null) {
                    return WireFault.badRequest("a HEAD request with a body");
                }
                break;
            default:
                break;
        }
        if (headers.has(HeaderRole.EXPECT)) {
            String expect = headers.first(HeaderRole.EXPECT);
            if (headers.count(HeaderRole.EXPECT) > 1 || expect == null || !expect.equalsIgnoreCase("100-continue")) {
                return new WireFault(417, "an expectation other than 100-continue");
            }
        }
        long max = limits.requestBodyBytesMax();
        String length = headers.first(HeaderRole.CONTENT_LENGTH);
        if (max > 0 && (arrived.size() > max || length != null && Long.parseLong(length) > max)) {
            return new WireFault(413, "a request body over the limit");
        }
        return null;
    }
}
