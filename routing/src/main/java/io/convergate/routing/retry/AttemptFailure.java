package io.convergate.routing.retry;

/** How an attempt at a request ended without a response. */
public enum AttemptFailure {
    /** No connection could be opened: nothing was sent. */
    CONNECT(true),
    /** The upstream said that it has not begun with the request: REFUSED_STREAM (RFC 9113 section 8.7). */
    REFUSED_STREAM(true),
    /**
     * A connection that had been idle ended before a byte of the response. The upstream most likely closed it before the
     * request arrived, but nobody can tell (RFC 9112 section 9.3.1).
     */
    STALE_CONNECTION(true),
    /** The connection ended, or what came was no HTTP: the upstream may have acted on the request. */
    RESET(false),
    /** The attempt's own time was over. */
    TIMEOUT(false);

    private final boolean unprocessed;

    AttemptFailure(boolean unprocessed) {
        this.unprocessed = unprocessed;
    }

    /** Whether the upstream has, as far as can be told, done no work for the request: to send it again adds no load. */
    public boolean unprocessed() {
        return unprocessed;
    }
}
