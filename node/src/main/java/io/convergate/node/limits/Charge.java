package io.convergate.node.limits;

import io.convergate.routing.limit.Ask;

/**
 * What the owner of a key was asked for one request, in strict mode. The request ends it once: {@link #commit} if it passes,
 * {@link #release} if it does not. What was charged at once needs no commit. Any thread, one at a time.
 */
public final class Charge {
    private final StrictCharges charges;
    private final LimitRuntime limit;
    private final long request;
    private final long cost;
    private final Ask.Purpose purpose;

    Charge(StrictCharges charges, LimitRuntime limit, long request, long cost, Ask.Purpose purpose) {
        this.charges = charges;
        this.limit = limit;
        this.request = request;
        this.cost = cost;
        this.purpose = purpose;
    }

    /** The request has passed. The owner is told until it answers. */
    public void commit() {
        if (purpose == Ask.Purpose.RESERVE) {
            charges.commit(limit, request, cost);
        }
    }

    /** The request has not passed, or waits no more: whatever the owner answers, nothing stays charged. */
    public void release() {
        charges.release(limit, request, cost, purpose);
    }
}
