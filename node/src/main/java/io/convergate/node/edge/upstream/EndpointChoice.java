package io.convergate.node.edge.upstream;

import io.convergate.routing.balance.GroupShares;
import io.convergate.routing.balance.HashTable;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Of the endpoints of an upstream those that may be picked now. Immutable; any thread. Picking allocates nothing. */
final class EndpointChoice {
    /** Enough for any endpoint of ordinary weight to be met. */
    private static final int HASH_DRAWS_PER_ENDPOINT = 8;

    /** The golden ratio in 64 bits: steps by it spread evenly. */
    private static final long HASH_STEP = 0x9e3779b97f4a7c15L;

    /** So that the group does not follow from the same bits as the place in it. */
    private static final long GROUP_SEED = 0x5851f42d4c957f2dL;

    final Part[] parts;
    private final EndpointSet set;
    private final GroupShares shares;
    private final boolean empty;
    private final long newestNanos;

    EndpointChoice(EndpointSet set, Part[] parts, GroupShares shares) {
        this.set = set;
        this.parts = parts;
        this.shares = shares;
        this.empty = parts.length == 0 || shares.pick(0) < 0;
        long newest = Long.MIN_VALUE;
        for (Part part : parts) {
            for (long since : part.sinceNanos) {
                newest = newest == Long.MIN_VALUE || since - newest > 0 ? since : newest;
            }
        }
        this.newestNanos = newest;
    }

    /**
     * Of one group those that may be picked.
     *
     * @param sinceNanos since when each has requests
     * @param oldestNanos the first of these
     */
    record Part(List<Endpoint> list, int[] weights, long[] sinceNanos, long oldestNanos) {
        static Part of(List<EndpointSet.Member> members) {
            long[] since =
                    members.stream().mapToLong(EndpointSet.Member::sinceNanos).toArray();
            long oldest = since.length == 0 ? 0 : since[0];
            for (long one : since) {
                oldest = one - oldest < 0 ? one : oldest;
            }
            return new Part(
                    members.stream().map(EndpointSet.Member::endpoint).toList(),
                    members.stream().mapToInt(EndpointSet.Member::weight).toArray(),
                    since,
                    oldest);
        }
    }

    /** Whether nobody may be picked. */
    boolean isEmpty() {
        return empty;
    }

    /** Since when the newest endpoint has requests. */
    long newestNanos() {
        return newestNanos;
    }

    /** The index of a part, drawn by the shares. Not if nobody may be picked. */
    int drawPart() {
        return parts.length == 1 ? 0 : shares.pick(ThreadLocalRandom.current().nextInt(GroupShares.POINTS));
    }

    /**
     * The endpoint a hash leads to. From one that is left out or avoided, other hashes that follow from this one lead on.
     *
     * @param avoided endpoints that are taken only if there is no other
     * @return null if there is no endpoint
     */
    @Nullable
    Endpoint byHash(long hash, List<Endpoint> avoided) {
        if (empty) {
            return null;
        }
        int part = parts.length == 1
                ? 0
                : shares.pick((int) Long.remainderUnsigned(HashTable.mix(hash ^ GROUP_SEED), GroupShares.POINTS));
        EndpointSet.Group group = set.groups().get(part);
        HashTable hashes = group.hashes();
        if (hashes == null) {
            return null;
        }
        boolean everybody = shares.everybody(part);
        Endpoint second = null;
        long next = hash;
        int draws = HASH_DRAWS_PER_ENDPOINT * group.members().size();
        for (int i = 0; i < draws; i++) {
            EndpointSet.Member picked = group.members().get(hashes.pick(next));
            if (everybody || picked.isIn()) {
                if (!avoided.contains(picked.endpoint())) {
                    return picked.endpoint();
                }
                second = picked.endpoint();
            }
            next = HashTable.mix(next + HASH_STEP);
        }
        return second;
    }
}
