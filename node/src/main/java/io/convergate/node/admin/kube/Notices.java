package io.convergate.node.admin.kube;

import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.Hash;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.api.ConflictView;
import io.convergate.node.admin.api.ConflictView.ConflictVersion;
import io.convergate.node.admin.kube.Conditions.Reach;
import io.convergate.node.admin.kube.Conditions.Refusal;
import io.convergate.routing.model.ResourceKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Makes events of what is found of each resource and of each member, so that every node that finds the same makes the same ones.
 * Each version of a resource is told to be served, or refused by a node for a reason, once until it is otherwise; that a member
 * starts again and serves what it had served is no news. Confined to the thread that sweeps.
 */
final class Notices {
    /** What is told of a resource that every node serves: that nobody refuses it for no reason. */
    private static final Map<String, String> SERVED = Map.of("", "");

    /** How problems of a node begin that are no resource's. */
    private static final String PORT = "port ";

    private final Events events;
    private final InstantSource clock;
    private final List<Happened> happened = new ArrayList<>();
    private Map<String, Set<String>> closedPorts = Map.of();

    Notices(Events events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    /**
     * What was told of a resource.
     *
     * @param version which version of it
     * @param causes why each node that refuses it does, or {@link #SERVED}; empty if nothing was told
     * @param conflict the changes that contradict each other; empty if none do
     */
    record Told(Hash version, Map<String, String> causes, String conflict) {
        static final Told NOTHING = new Told(new Hash(0, 0, 0, 0), Map.of(), "");
    }

    private record Happened(
            StoredResource resource,
            boolean warning,
            String reason,
            String cause,
            String message,
            List<String> nodes,
            Instant time) {}

    /**
     * Notices what has become of a resource.
     *
     * @param before what was told of it
     * @param starting whether this node is only finding out what there is; what has stood for long is not told then, for the others have
     *     told it. But a conflict is everybody's to tell until it is settled
     * @return what is told now
     */
    Told resource(
            Conditions.Look look,
            StoredResource stored,
            Reach reach,
            Optional<ConflictView> conflict,
            Told before,
            boolean starting) {
        String versions = conflict.map(Notices::changes).orElse("");
        if (!versions.isEmpty() && !versions.equals(before.conflict())) {
            happened.add(new Happened(
                    stored,
                    true,
                    Conditions.CONFLICTED,
                    versions,
                    conflict.get().sentence(),
                    List.of(),
                    look.written(stored)));
        } else if (versions.isEmpty()
                && !before.conflict().isEmpty()
                && !List.of(before.conflict().split(" ")).contains(look.changeOf(stored))) {
            happened.add(new Happened(
                    stored,
                    false,
                    "Settled",
                    "",
                    "written again after two sides of a partition had changed it",
                    List.of(),
                    look.written(stored)));
        }
        Map<String, String> known = before.version().equals(stored.hash()) ? before.causes() : Map.<String, String>of();
        Told after = new Told(stored.hash(), causes(look, stored, reach, known, starting), versions);
        return after.equals(before) ? before : after;
    }

    private static String changes(ConflictView conflict) {
        return conflict.versions().stream()
                .map(ConflictVersion::change)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private Map<String, String> causes(
            Conditions.Look look, StoredResource stored, Reach reach, Map<String, String> known, boolean starting) {
        boolean served = reach.converged().isTrue();
        if (served && known.equals(SERVED)) {
            return SERVED;
        }
        boolean old = starting && !look.isNew(stored);
        if (served) {
            if (!old) {
                String message = reach.converged().message();
                happened.add(new Happened(
                        stored, false, Conditions.CONVERGED, "", message, List.of(), look.noticed(stored)));
            }
            return SERVED;
        }
        if (reach.refusals().isEmpty()) {
            return old ? SERVED : known;
        }
        Map<String, String> after = new HashMap<>(known);
        after.keySet().removeAll(SERVED.keySet());
        Map<String, List<String>> refusing = new TreeMap<>();
        for (Refusal refusal : reach.refusals()) {
            if (!refusal.why().equals(after.put(refusal.node(), refusal.why())) && !old) {
                refusing.computeIfAbsent(refusal.why(), why -> new ArrayList<>())
                        .add(refusal.node());
            }
        }
        refusing.forEach((why, nodes) ->
                happened.add(new Happened(stored, true, Conditions.REFUSED, why, why, nodes, look.noticed(stored))));
        return Map.copyOf(after);
    }

    /** Tells what was noticed of resources. Only what will be kept, or is followed, becomes an event: of a large change that is the smaller part. */
    void tell() {
        int from = Math.max(0, happened.size() - events.wanted());
        for (Happened one : happened.subList(from, happened.size())) {
            String uid = ObjectViews.stored(one.resource().content())
                    .at("/metadata/uid")
                    .asText();
            events.notice(Event.once(
                    one.resource().key(),
                    uid,
                    one.warning(),
                    one.reason(),
                    one.cause(),
                    one.message(),
                    one.nodes(),
                    one.time()));
        }
        happened.clear();
    }

    /** Tells which ports cannot be opened on which node; while this node is {@code starting} only its own. */
    void ports(List<Member> members, boolean starting) {
        Map<String, Set<String>> now = new HashMap<>();
        for (int i = 0; i < members.size(); i++) {
            String node = members.get(i).id().name();
            Set<String> closed = members.get(i).problems().stream()
                    .filter(problem -> problem.startsWith(PORT))
                    .collect(Collectors.toCollection(HashSet::new));
            now.put(node, closed);
            boolean own = i == 0;
            for (String problem : closed) {
                if (!closedPorts.getOrDefault(node, Set.of()).contains(problem) && (own || !starting)) {
                    events.notice(Event.once(
                            new ResourceKey("", "Node", "", node),
                            UUID.nameUUIDFromBytes(("node/" + node).getBytes(StandardCharsets.UTF_8))
                                    .toString(),
                            true,
                            "PortNotOpen",
                            problem,
                            problem,
                            List.of(node),
                            clock.instant()));
                }
            }
        }
        closedPorts = now;
    }
}
