package io.convergate.node.edge.upstream;

import io.convergate.node.telemetry.ResponseFlag;
import io.convergate.routing.retry.AttemptFailure;
import org.jspecify.annotations.Nullable;

/** Why an attempt got no response. Carries no stack trace: it is an answer, not an accident. */
public final class UpstreamFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** No connection could be opened: the request has not been sent. */
        CONNECT(503, ResponseFlag.UF, "no connection to the destination", AttemptFailure.CONNECT),
        /** A pooled connection ended before a byte of the response: the upstream may have closed it before it saw us. */
        STALE_CONNECTION(
                503, ResponseFlag.UC, "the destination closed the connection", AttemptFailure.STALE_CONNECTION),
        /** The connection ended while it owed a response. */
        TERMINATED(503, ResponseFlag.UC, "the destination closed the connection", AttemptFailure.RESET),
        /** What came was no HTTP that we pass on. */
        PROTOCOL(
                502,
                ResponseFlag.UPE,
                "the destination did not answer in HTTP that can be passed on",
                AttemptFailure.RESET),
        /** The request body ended before its time, so that the request could not be completed. */
        REQUEST_CUT_OFF(400, ResponseFlag.DC, "the request body was cut off", null),
        /** The upstream has as many connections, or requests without one, as it may. */
        OVERFLOW(503, ResponseFlag.UO, "the destination is at its limit", null),
        /** The attempt was called off. */
        ABORTED(503, ResponseFlag.LR, "the attempt was called off", null);

        private final int status;
        private final ResponseFlag flag;
        private final String toClients;
        private final @Nullable AttemptFailure retriedAs;

        Kind(int status, ResponseFlag flag, String toClients, @Nullable AttemptFailure retriedAs) {
            this.status = status;
            this.flag = flag;
            this.toClients = toClients;
            this.retriedAs = retriedAs;
        }

        /** What it is to a retry policy; null if the request must not be sent again, whatever the policy. */
        public @Nullable AttemptFailure retriedAs() {
            return retriedAs;
        }

        /** What a client is told. */
        public String toClients() {
            return toClients;
        }

        /** What the client gets if nothing else is tried. */
        public int status() {
            return status;
        }

        public ResponseFlag flag() {
            return flag;
        }
    }

    private final Kind kind;

    UpstreamFailure(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
