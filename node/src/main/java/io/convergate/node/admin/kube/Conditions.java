package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.ClusterStatus;
import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.ConfigView;
import io.convergate.config.ResourceVersion;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.api.ConflictView;
import io.convergate.node.admin.api.Kind;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.problem.ProblemCode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What became of each resource, as conditions: whether it was taken and, if it is a policy, acts on anything ({@code Accepted}),
 * names nothing that is missing or not its to use ({@code ResolvedRefs}), is served by this node ({@code Programmed}) and by every node that is
 * there ({@code Converged}), and whether it was written on two sides of a partition, or deleted on one ({@code Conflicted}). Derived, never stored.
 * Safe for use by any thread.
 */
final class Conditions {
    static final String CONVERGED = "Converged";
    static final String PROGRAMMED = "Programmed";
    static final String CONFLICTED = "Conflicted";

    /** Only there while it is false. */
    static final String VALID = "Valid";

    /** Why a resource that some node cannot serve has not converged. */
    static final String REFUSED = "Refused";

    /** istioctl's code of what names something that does not exist. */
    static final String MISSING = "IST0101";

    /** Why something that a resource names cannot be used, by the codes of problems: Gateway API's reasons. */
    private static final Map<String, String> UNRESOLVED = Map.of(
            MISSING,
            "RefNotFound",
            "BackendNotFound",
            "BackendNotFound",
            "InvalidKind",
            "InvalidKind",
            "RefNotPermitted",
            "RefNotPermitted");

    /** What may ask for ports. */
    static final Set<String> LISTENING = Set.of(Gateway.KIND, ListenerSet.KIND);

    /** What may be somebody else's to serve: of another class, or for other nodes. */
    private static final Set<String> OF_A_CLASS = Set.of(Gateway.KIND, ListenerSet.KIND, Ingress.KIND);

    static final String TRUE = "True";
    private static final String PENDING = "Pending";

    private final KubeBackend backend;
    private final Transitions transitions;

    Conditions(KubeBackend backend, InstantSource clock) {
        this.backend = backend;
        this.transitions = new Transitions(clock);
    }

    /** What a condition says, whatever its type. */
    record Finding(String status, String reason, String message) {
        /** Whether it will be something else by itself. */
        boolean isPending() {
            return reason.equals(PENDING);
        }

        /** Whether it says yes. */
        boolean isTrue() {
            return status.equals(TRUE);
        }
    }

    /** A node that cannot serve a resource as it was written, and why. */
    record Refusal(String node, String why) {}

    /**
     * Where a resource is served.
     *
     * @param refusals who cannot serve it as it was written
     */
    record Reach(Finding programmed, Finding converged, List<Refusal> refusals) {
        Transitions.Served served() {
            return new Transitions.Served(programmed.isTrue(), converged.isTrue());
        }
    }

    /** When a version that is there was written, and by which changes. */
    private record Written(Revision revision, Instant time) {}

    /** What is known of a configuration at this moment. */
    Look at(ConfigView view) {
        return new Look(view);
    }

    /** Forgets what is not there any more. */
    void forget(ConfigView view) {
        transitions.forget(view);
    }

    /** What is known of one configuration at one moment. Confined to one thread. */
    final class Look {
        private final ConfigView view;
        private final Function<ResourceKey, Optional<JsonNode>> statuses;
        private final Function<ResourceKey, Optional<ConflictView>> conflicts;
        private final Map<String, List<ProblemView>> problems;
        private final ClusterStatus cluster;
        private final List<Member> counted;

        /** Whether no node has anything to say of any resource, so that all that one change wrote reaches as far, but for what opens ports or is not ours. */
        private final boolean untroubled;

        // Most resources were written by a few changes.
        private final Map<String, Revision> revisions = new HashMap<>();
        private final Map<Revision, Reach> reached = new HashMap<>();

        private Look(ConfigView view) {
            this.view = view;
            this.statuses = backend.statuses(view);
            this.conflicts = backend.conflicts(view);
            this.problems = backend.problems().stream()
                    .collect(Collectors.groupingBy(ProblemView::resource, HashMap::new, Collectors.toList()));
            this.cluster = backend.config().status();
            List<Member> members = new ArrayList<>();
            for (Member member : cluster.members()) {
                if (member.id().equals(cluster.self())
                        || member.presence() == Presence.UP
                        || member.presence() == Presence.SUSPECTED) {
                    members.add(member);
                }
            }
            this.counted = List.copyOf(members);
            this.untroubled =
                    members.stream().allMatch(member -> member.problems().isEmpty());
        }

        /** The members that a resource has to be served by. */
        List<Member> counted() {
            return counted;
        }

        /** The newest revision that every one of them serves. */
        Revision servedByAll() {
            return counted.stream().map(Member::serving).reduce(Revision::meet).orElse(Revision.EMPTY);
        }

        /**
         * The status of a resource that is there.
         *
         * @param object the resource as it was written
         */
        ObjectNode status(ResourceKey key, JsonNode object) {
            ObjectNode status = JsonNodeFactory.instance.objectNode();
            if (statuses.apply(key).orElse(status) instanceof ObjectNode own) {
                status.setAll(own);
            }
            if (key.kind().equals(Kind.NAMESPACE.kind())) {
                status.put("phase", "Active");
            }
            ArrayNode conditions = status.withArray("/conditions");
            String name = shortName(key);
            List<ProblemView> mine = problems.getOrDefault(name, List.of());
            Written written = written(key);
            Transitions.Resource since = transitions.of(
                    view.resources().get(key), object.at("/metadata/uid").asText(), written.time());
            ConditionList list = new ConditionList(
                    conditions, object.at("/metadata/generation").asLong(), since);
            Optional<Finding> passedOver = passedOver(key, name);
            ClosedPorts closed = passedOver.isPresent() ? ClosedPorts.NONE : closedPorts(key, object);
            if (!closed.isEmpty()) {
                closed.tell(status, object, ConditionList.time(since.since(PROGRAMMED, "False")));
            }
            conflict(key).ifPresent(found -> list.add(CONFLICTED, TRUE, found.reason(), found.sentence()));
            mine.stream()
                    .filter(problem -> problem.code().equals(ProblemCode.ACCEPTED_EARLIER))
                    .findFirst()
                    .ifPresent(problem -> list.add(VALID, "False", ProblemCode.ACCEPTED_EARLIER, problem.message()));
            Optional<ProblemView> missing = mine.stream()
                    .filter(problem -> UNRESOLVED.containsKey(problem.code()))
                    .findFirst();
            if (status.path("parents") instanceof ArrayNode parents) {
                Acceptance.ofRoute(parents, list);
                missing.ifPresent(problem -> Acceptance.tellAsServed(parents, problem));
            }
            Acceptance.ofPolicy(object.at("/spec/targetRefs").size(), mine, list);
            list.add(
                    "ResolvedRefs",
                    missing.isPresent() ? "False" : TRUE,
                    missing.map(problem -> UNRESOLVED.get(problem.code())).orElse("ResolvedRefs"),
                    missing.map(problem -> problem.path() + ": " + problem.message())
                            .orElse(""));
            list.add(PROGRAMMED, programmed(name, written.revision(), passedOver, closed));
            list.add(CONVERGED, converged(name, refusals(name), written.revision()));
            return status;
        }

        /** Where a resource that is there is served. */
        Reach reach(ResourceKey key) {
            Revision written = written(key).revision();
            return untroubled && !OF_A_CLASS.contains(key.kind())
                    ? reached.computeIfAbsent(written, revision -> reach(key, revision))
                    : reach(key, written);
        }

        private Reach reach(ResourceKey key, Revision written) {
            String name = shortName(key);
            List<Refusal> refusals = refusals(name);
            StoredResource stored = view.resources().get(key);
            boolean mayListen = stored != null && LISTENING.contains(key.kind());
            JsonNode object = mayListen ? ObjectViews.stored(stored.content()) : JsonNodeFactory.instance.objectNode();
            Optional<Finding> passedOver = passedOver(key, name);
            ClosedPorts closed = passedOver.isPresent() ? ClosedPorts.NONE : closedPorts(key, object);
            return new Reach(
                    programmed(name, written, passedOver, closed), converged(name, refusals, written), refusals);
        }

        /** All that is wrong, by resource. */
        Map<String, List<ProblemView>> problems() {
            return problems;
        }

        /** What is wrong with a resource. */
        List<ProblemView> problems(ResourceKey key) {
            return problems.getOrDefault(shortName(key), List.of());
        }

        /** When a resource that is there was written. */
        Instant written(StoredResource stored) {
            return written(stored.key()).time();
        }

        /** The change that wrote what is served of a resource; empty if it is not there. */
        String changeOf(StoredResource stored) {
            return view.versions(stored.key()).stream()
                    .findFirst()
                    .map(ResourceVersion::changeId)
                    .orElse("");
        }

        /** When something happened to a resource that was noticed now: on all nodes the same, if it was soon after it was written. */
        Instant noticed(StoredResource stored) {
            return transitions.noticed(written(stored));
        }

        /** Whether a resource was written just now, so that what becomes of it is news. */
        boolean isNew(StoredResource stored) {
            return transitions.isNew(written(stored));
        }

        /** The versions of a resource that contradict each other, if there are any. */
        Optional<ConflictView> conflict(ResourceKey key) {
            return conflicts.apply(key);
        }

        /**
         * Notes since when a resource is served here and everywhere, for when its status is asked for; much less work than deriving
         * all of that.
         *
         * @param before where it was served when it was looked at last
         */
        void notice(StoredResource stored, Transitions.Served before, Reach now) {
            if (!now.served().equals(before) || transitions.areNoted(stored.key())) {
                transitions.notice(stored, written(stored), before, now);
            }
        }

        /**
         * Notes all that is known of a resource, if nobody has asked for it yet: what the next look finds otherwise has changed since
         * this one. For what changes long after it was written.
         */
        void noteFirst(StoredResource stored) {
            if (!transitions.areNoted(stored.key()) && !isNew(stored)) {
                status(stored.key(), ObjectViews.stored(stored.content()));
            }
        }

        private Written written(ResourceKey key) {
            Revision revision = Revision.EMPTY;
            Instant time = Instant.EPOCH;
            for (ResourceVersion version : view.versions(key)) {
                revision = revision.merge(revisions.computeIfAbsent(version.changeId(), Revision::parse));
                time = version.time().isAfter(time) ? version.time() : time;
            }
            return new Written(revision, time);
        }

        private ClosedPorts closedPorts(ResourceKey key, JsonNode object) {
            return ClosedPorts.of(key, object, counted.get(0), other -> Optional.ofNullable(
                            view.resources().get(other))
                    .map(stored -> ObjectViews.stored(stored.content())));
        }

        /** What this node, or any, leaves to others: a Gateway that selects other nodes, or what is of somebody else's class. */
        private Optional<Finding> passedOver(ResourceKey key, String name) {
            if (key.kind().equals(ListenerSet.KIND)) {
                return statuses.apply(key).isPresent()
                        ? Optional.empty()
                        : Optional.of(new Finding(
                                "False", ProblemCode.NOT_OUR_CLASS, "spec.parentRef: no Gateway of a class of ours"));
            }
            return problems.getOrDefault(name, List.of()).stream()
                    .filter(problem -> problem.code().equals(ProblemCode.NOT_OUR_CLASS)
                            || problem.code().equals(ProblemCode.NO_MATCHING_NODES)
                                    && problem.path().equals("spec.selector"))
                    .findFirst()
                    .map(problem -> new Finding(
                            "False",
                            problem.code().equals(ProblemCode.NOT_OUR_CLASS)
                                    ? ProblemCode.NOT_OUR_CLASS
                                    : "NotSelected",
                            problem.path() + ": " + problem.message()));
        }

        private Finding programmed(String name, Revision written, Optional<Finding> passedOver, ClosedPorts closed) {
            Member self = counted.get(0);
            Optional<String> held = heldBack(self, name);
            if (held.isPresent()) {
                return new Finding("False", "HeldBack", held.get());
            }
            if (!self.serving().covers(written)) {
                return new Finding("False", PENDING, String.join("; ", self.problems()));
            }
            if (passedOver.isPresent()) {
                return passedOver.get();
            }
            return closed.isEmpty()
                    ? new Finding(TRUE, PROGRAMMED, "served by this node")
                    : new Finding("False", "PortUnavailable", closed.message());
        }

        private List<Refusal> refusals(String name) {
            List<Refusal> refusals = new ArrayList<>();
            for (Member member : counted) {
                heldBack(member, name)
                        .ifPresent(why -> refusals.add(new Refusal(member.id().name(), why)));
            }
            return refusals;
        }

        private Finding converged(String name, List<Refusal> refusals, Revision written) {
            List<String> refusing = refusals.stream()
                    .map(refusal -> refusal.node() + ": " + refusal.why())
                    .toList();
            List<String> pending = new ArrayList<>();
            for (Member member : counted) {
                if (!member.serving().covers(written)) {
                    pending.add(member.id().name());
                }
            }
            if (!refusing.isEmpty()) {
                return new Finding("False", REFUSED, "not served as written by " + String.join("; ", refusing));
            }
            if (!pending.isEmpty()) {
                return new Finding("False", PENDING, "not yet served by " + String.join(", ", pending));
            }
            if (!problems.getOrDefault(name, List.of()).isEmpty()) {
                List<String> others = counted.stream()
                        .filter(member -> member.differsFrom(counted.get(0)))
                        .map(member -> member.id().name())
                        .toList();
                if (!others.isEmpty()) {
                    String message = "other versions are served in place of what is held back by ";
                    return new Finding("False", "ServedDifferently", message + String.join(", ", others));
                }
            }
            String nodes = counted.size() == 1 ? "the only node" : "all " + counted.size() + " nodes";
            return new Finding(TRUE, "ServedEverywhere", "served by " + nodes);
        }

        private static Optional<String> heldBack(Member member, String name) {
            return member.problems().stream()
                    .filter(problem -> problem.startsWith(name + ": "))
                    .map(problem -> problem.substring(name.length() + 2))
                    .findFirst();
        }
    }

    /** {@code kind/namespace/name}, as problems name a resource. */
    static String shortName(ResourceKey key) {
        return key.kind().toLowerCase(Locale.ROOT)
                + key.shortName().substring(key.kind().length());
    }
}
