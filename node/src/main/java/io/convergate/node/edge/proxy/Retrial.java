package io.convergate.node.edge.proxy;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.upstream.Endpoint;
import io.convergate.node.edge.upstream.UpstreamRuntime;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.node.telemetry.ResponseFlag;
import io.convergate.routing.retry.RetryPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A request that is being sent again: how often yet, and to whom not. Made when its first attempt has failed. Confined to
 * the request's loop.
 */
final class Retrial {
    private final RetryPolicy policy;
    private final UpstreamRuntime upstream;
    private final EdgeLoop loop;
    private final RequestRecord record;
    private final List<Endpoint> tried = new ArrayList<>(2);
    private final List<Endpoint> allTried = new ArrayList<>(2);
    private int retries;
    private boolean counted;

    Retrial(RetryPolicy policy, UpstreamRuntime upstream, EdgeLoop loop, RequestRecord record) {
        this.policy = policy;
        this.upstream = upstream;
        this.loop = loop;
        this.record = record;
    }

    /**
     * Whether there may be one more attempt; the record says why not.
     *
     * @param failedAt where the last one failed
     * @param unprocessed whether the upstream has done no work for it: then it adds no load and needs no room in the budget
     */
    boolean another(Endpoint failedAt, boolean unprocessed) {
        end();
        if (retries == policy.attempts()) {
            record.mark(ResponseFlag.URX);
            return false;
        }
        if (!unprocessed) {
            if (!upstream.retryBegun(loop)) {
                record.mark(ResponseFlag.UO);
                return false;
            }
            counted = true;
        }
        retries++;
        if (policy.avoidsTried() && !tried.contains(failedAt)) {
            tried.add(failedAt);
        }
        allTried.add(failedAt);
        return true;
    }

    /** The endpoint for the next attempt; null if there is none. */
    @Nullable
    Endpoint pick() {
        return policy.leavesLocality() ? upstream.pickElsewhere(loop, allTried, tried) : upstream.pick(loop, tried);
    }

    /** The endpoints to avoid. */
    List<Endpoint> tried() {
        return tried;
    }

    /** The pause before the attempt that was granted last. */
    long pauseNanos() {
        return policy.backoff().nanos(retries, ThreadLocalRandom.current());
    }

    /** The attempt that was granted last has come to something. */
    void end() {
        if (counted) {
            counted = false;
            upstream.retryEnded(loop);
        }
    }
}
