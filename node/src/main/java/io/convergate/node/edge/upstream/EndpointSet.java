package io.convergate.node.edge.upstream;

import io.convergate.routing.balance.GroupShares;
import io.convergate.routing.balance.HashRing;
import io.convergate.routing.balance.HashTable;
import io.convergate.routing.balance.Maglev;
import io.convergate.routing.health.HealthMonitor;
import io.convergate.routing.outlier.OutlierDetector;
import io.convergate.routing.upstream.EndpointGroup;
import io.convergate.routing.upstream.HashPolicy;
import io.convergate.routing.upstream.UpstreamInfo;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** All endpoints of an upstream, in its groups, with what is known of each. Immutable, but for what is known. Any thread. */
final class EndpointSet {
    static final EndpointSet EMPTY = new EndpointSet(List.of(), Map.of());

    private final List<Group> groups;
    private final Map<Endpoint, Member> members;

    private EndpointSet(List<Group> groups, Map<Endpoint, Member> members) {
        this.groups = groups;
        this.members = members;
    }

    /**
     * An endpoint.
     *
     * @param group the index of its group
     * @param outlier how it answers; null if nobody is left out for that
     * @param health how it does in its checks; null if there are none
     * @param arrivedNanos since when it is there; means nothing if that does not matter
     */
    record Member(
            Endpoint endpoint,
            int weight,
            int group,
            OutlierDetector<InetSocketAddress>.@Nullable Host outlier,
            HealthMonitor<InetSocketAddress>.@Nullable Host health,
            long arrivedNanos) {
        boolean isIn() {
            return (outlier == null || !outlier.isEjected()) && (health == null || health.isHealthy());
        }

        /** Why it gets no requests, or is not checked; empty if nothing stands against it. */
        String trouble() {
            if (outlier != null && outlier.isEjected()) {
                return "ejected: it kept failing";
            }
            if (health == null || health.isHealthy() && health.isChecked()) {
                return "";
            }
            String failure = health.failure();
            return !health.isHealthy() ? "unhealthy: " + failure : failure.isEmpty() ? "not checked yet" : failure;
        }

        /** Since when it has its requests: an endpoint that was unhealthy has come anew. */
        long sinceNanos() {
            return health != null && health.isRecovered() && health.healthySinceNanos() - arrivedNanos > 0
                    ? health.healthySinceNanos()
                    : arrivedNanos;
        }
    }

    /**
     * A group.
     *
     * @param hashes where hashes of requests lead, over all members; null if they are picked otherwise
     */
    record Group(
            EndpointGroup spec,
            List<Member> members,
            @Nullable HashTable hashes) {}

    /**
     * The endpoints of an upstream.
     *
     * @param weights the weight of each
     * @param groupOf the index of each one's group
     */
    static EndpointSet of(UpstreamInfo info, UpstreamMemory memory, List<Endpoint> list, int[] weights, int[] groupOf) {
        List<EndpointGroup> specs = info.groups().isEmpty() ? EndpointGroup.all(List.of()) : info.groups();
        List<List<Member>> parts = new ArrayList<>();
        specs.forEach(spec -> parts.add(new ArrayList<>()));
        Map<Endpoint, Member> members = new HashMap<>();
        OutlierDetector<InetSocketAddress> outliers = memory.outliers();
        HealthMonitor<InetSocketAddress> health = memory.health();
        Arrivals arrivals = memory.arrivals();
        for (int i = 0; i < weights.length; i++) {
            Endpoint endpoint = list.get(i);
            Member member = new Member(
                    endpoint,
                    weights[i],
                    groupOf[i],
                    outliers == null ? null : outliers.host(endpoint.address()),
                    health == null ? null : health.host(endpoint.address()),
                    arrivals == null ? 0 : arrivals.of(endpoint.address()));
            members.put(endpoint, member);
            parts.get(groupOf[i]).add(member);
        }
        List<Group> groups = new ArrayList<>();
        for (int g = 0; g < specs.size(); g++) {
            groups.add(new Group(specs.get(g), List.copyOf(parts.get(g)), hashes(info, parts.get(g))));
        }
        return new EndpointSet(List.copyOf(groups), Map.copyOf(members));
    }

    /** Places are by address, so that every node and every loop has the same. */
    private static @Nullable HashTable hashes(UpstreamInfo info, List<Member> members) {
        if (info.hash().isEmpty() || members.isEmpty()) {
            return null;
        }
        List<String> names =
                members.stream().map(member -> member.endpoint().text()).toList();
        int[] weights = members.stream().mapToInt(Member::weight).toArray();
        HashPolicy.Table table = info.hash().get().table();
        return table.maglev() ? new Maglev(names, weights, table.size()) : new HashRing(names, weights, table.size());
    }

    List<Group> groups() {
        return groups;
    }

    /** All endpoints, also those that are left out. */
    Set<Endpoint> endpoints() {
        return members.keySet();
    }

    @Nullable
    Member member(Endpoint endpoint) {
        return members.get(endpoint);
    }

    /**
     * Who may be picked now, and with what shares.
     *
     * @param minHealthPercent with fewer healthy in a priority, all of it are
     * @param without the priorities that count as if nobody of them were healthy
     */
    EndpointChoice choice(int minHealthPercent, IntPredicate without) {
        List<GroupShares.Standing> standings = new ArrayList<>();
        for (Group group : groups) {
            int healthy = without.test(group.spec.priority())
                    ? 0
                    : (int) group.members.stream().filter(Member::isIn).count();
            standings.add(new GroupShares.Standing(
                    group.spec.priority(), group.spec.weight(), healthy, group.members.size()));
        }
        GroupShares shares = GroupShares.of(standings, minHealthPercent);
        EndpointChoice.Part[] parts = new EndpointChoice.Part[groups.size()];
        for (int g = 0; g < parts.length; g++) {
            boolean everybody = shares.everybody(g);
            parts[g] = EndpointChoice.Part.of(groups.get(g).members.stream()
                    .filter(member -> everybody || member.isIn())
                    .toList());
        }
        return new EndpointChoice(this, parts, shares);
    }
}
