package io.convergate.node.edge.upstream;

import io.convergate.node.telemetry.ResponseFlag;

/** Why an attempt got no response. Carries no stack trace: it is an answer, not an accident. */
public final class UpstreamFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** No connection could be opened: the request has not been sent. */
        CONNECT(503, ResponseFlag.UF),
        /** A pooled connection ended before a byte of the response: the upstream may have closed it before it saw us. */
        STALE_CONNECTION(503, ResponseFlag.UC),
        /** The connection ended while it owed a response. */
        TERMINATED(503, ResponseFlag.UC),
        /** What came was no HTTP that we pass on. */
        PROTOCOL(502, ResponseFlag.UPE),
        /** The request body ended before its time, so that the request could not be completed. */
        REQUEST_CUT_OFF(400, ResponseFlag.DC),
        /** The attempt was called off. */
        ABORTED(503, ResponseFlag.LR);

        private final int status;
        private final ResponseFlag flag;

        Kind(int status, ResponseFlag flag) {
            this.status = status;
            this.flag = flag;
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
