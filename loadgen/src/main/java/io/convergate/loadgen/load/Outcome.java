package io.convergate.loadgen.load;

/**
 * What became of one request: the one taxonomy of errors, used by the live view, the reports, the thresholds and the
 * checks. A request has exactly one outcome; where several would fit, the one declared first among the failures counts.
 */
public enum Outcome {
    /** The answer was complete and everything that was expected of it held. */
    OK("ok"),
    /** Never sent: all connections were busy, and as many requests as may wait were waiting. */
    UNSENT("unsent"),
    /** No connection could be opened: refused, unreachable, no name, or the connect deadline passed. */
    REFUSED("refused"),
    /** The connection ended before the answer was complete: reset, closed early, a stream reset, a short body. */
    RESET("reset"),
    /** The answer was not complete within the request's deadline. */
    TIMEOUT("timeout"),
    /** What came was not HTTP that may be sent. */
    MALFORMED("malformed"),
    /** A status of 400 to 499 that was not expected. */
    STATUS_4XX("4xx"),
    /** A status of 500 to 599 that was not expected. */
    STATUS_5XX("5xx"),
    /** Another status than the one expected, below 400. */
    WRONG_STATUS("wrong-status"),
    /** The right status from an upstream, route or version that should not have answered. */
    WRONG_UPSTREAM("wrong-upstream"),
    /** The right status and upstream with another body than the one expected: length or hash differ. */
    WRONG_BODY("wrong-body"),
    /** An answer that breaks the order or the stickiness of its session. */
    WRONG_SESSION("wrong-session"),
    /**
     * Bytes on a connection on which nothing was asked: an answer, or a piece of one, that nobody may trust. It belongs to no request and is counted
     * beside them.
     */
    UNASKED("unasked");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    /** Its name in reports, thresholds and scenarios. */
    public String text() {
        return text;
    }

    /**
     * Whether such a request has a latency: an answer came, or the deadline passed. What fails at once would make the others look fast; where an answer was
     * malformed, nobody can tell what came when.
     */
    public boolean hasLatency() {
        return this != UNSENT && this != REFUSED && this != RESET && this != MALFORMED && this != UNASKED;
    }

    /** Whether the answer came and was wrong, as against no answer or an honest error: the worst kind. */
    public boolean isWrongAnswer() {
        return this == WRONG_STATUS
                || this == WRONG_UPSTREAM
                || this == WRONG_BODY
                || this == WRONG_SESSION
                || this == UNASKED;
    }
}
