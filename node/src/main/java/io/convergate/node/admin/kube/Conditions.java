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
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.ProblemCode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final String MISSING = "IST0101";

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
    static final Set<String> LISTENING = Set.of("Gateway", "ListenerSet");

    private static final String ACCEPTED = "Accepted";
    private static final String TRUE = "True";
    private static final String PENDING = "Pending";

    /** Why a policy does not act on a target, by the codes of problems: Gateway API's reasons. */
    private static final Map<String, String> REFUSING =
            Map.of(MISSING, "TargetNotFound", ProblemCode.CONFLICTING_POLICIES, CONFLICTED);

    private static final Pattern TARGET = Pattern.compile("spec\\.targetRefs\\[[0-9]+]");

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

        /** Whether no node has anything to say of any resource, so that all that one change wrote reaches as far, but for what opens ports. */
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
            Adder adder =
                    new Adder(conditions, object.at("/metadata/generation").asLong(), since);
            ClosedPorts closed = ClosedPorts.of(key, object, counted.get(0));
            if (!closed.isEmpty()) {
                closed.tell(status, object, Adder.time(since.since(PROGRAMMED, "False")));
            }
            conflict(key).ifPresent(found -> adder.add(CONFLICTED, TRUE, found.reason(), found.sentence()));
            mine.stream()
                    .filter(problem -> problem.code().equals(ProblemCode.ACCEPTED_EARLIER))
                    .findFirst()
                    .ifPresent(problem -> adder.add(VALID, "False", ProblemCode.ACCEPTED_EARLIER, problem.message()));
            Optional<ProblemView> missing = mine.stream()
                    .filter(problem -> UNRESOLVED.containsKey(problem.code()))
                    .findFirst();
            if (status.path("parents") instanceof ArrayNode parents) {
                acceptedByParents(adder, parents);
                missing.ifPresent(problem -> toldAsServed(parents, problem));
            }
            accepted(adder, object.at("/spec/targetRefs").size(), mine);
            adder.add(
                    "ResolvedRefs",
                    missing.isPresent() ? "False" : TRUE,
                    missing.map(problem -> UNRESOLVED.get(problem.code())).orElse("ResolvedRefs"),
                    missing.map(problem -> problem.path() + ": " + problem.message())
                            .orElse(""));
            adder.add(PROGRAMMED, programmed(name, written.revision(), closed));
            adder.add(CONVERGED, converged(name, refusals(name), written.revision()));
            return status;
        }

        /** Where a resource that is there is served. */
        Reach reach(ResourceKey key) {
            Revision written = written(key).revision();
            return untroubled && !LISTENING.contains(key.kind())
                    ? reached.computeIfAbsent(written, revision -> reach(key, revision))
                    : reach(key, written);
        }

        private Reach reach(ResourceKey key, Revision written) {
            String name = shortName(key);
            List<Refusal> refusals = refusals(name);
            StoredResource stored = view.resources().get(key);
            boolean mayListen = stored != null && LISTENING.contains(key.kind());
            JsonNode object = mayListen ? ObjectViews.stored(stored.content()) : JsonNodeFactory.instance.objectNode();
            ClosedPorts closed = ClosedPorts.of(key, object, counted.get(0));
            return new Reach(programmed(name, written, closed), converged(name, refusals, written), refusals);
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

        /**
         * A policy that acts on nothing is not accepted, for one of the reasons that Gateway API has for policies. One that acts on some of
         * its targets is, and its message says on which it does not.
         */
        private static void accepted(Adder adder, int targets, List<ProblemView> mine) {
            Map<String, ProblemView> refused = new TreeMap<>();
            for (ProblemView problem : mine) {
                Matcher target = TARGET.matcher(problem.path());
                if (target.lookingAt() && REFUSING.containsKey(problem.code())) {
                    refused.putIfAbsent(target.group(), problem);
                }
            }
            String message = refused.values().stream()
                    .map(problem -> problem.path() + ": " + problem.message())
                    .collect(Collectors.joining("; "));
            if (refused.isEmpty() || refused.size() < targets) {
                adder.add(ACCEPTED, TRUE, ACCEPTED, message);
            } else {
                String code = refused.values().iterator().next().code();
                adder.add(ACCEPTED, "False", REFUSING.get(code), message);
            }
        }

        /**
         * A route is accepted if any of its parents accepts it, and its message says which do not; it is not, for the first one's reason, if
         * none does.
         */
        private static void acceptedByParents(Adder adder, ArrayNode parents) {
            List<String> refused = new ArrayList<>();
            String reason = "NoMatchingParent";
            boolean accepted = false;
            for (JsonNode parent : parents) {
                for (JsonNode condition : parent.path("conditions")) {
                    if (condition.path("type").asText().equals(ACCEPTED)) {
                        boolean takes = condition.path("status").asText().equals("True");
                        accepted |= takes;
                        if (!takes) {
                            reason =
                                    refused.isEmpty() ? condition.path("reason").asText() : reason;
                            refused.add(refusal(parent.path("parentRef"), condition));
                        }
                    }
                }
            }
            if (parents.isEmpty()) {
                refused.add("no parent is a Gateway or ListenerSet that is served here");
            }
            adder.add(ACCEPTED, accepted ? "True" : "False", accepted ? ACCEPTED : reason, String.join("; ", refused));
        }

        /** What a route's parents say of a missing backend is derived from what was written; the problem tells what is served. */
        private static void toldAsServed(ArrayNode parents, ProblemView missing) {
            for (JsonNode parent : parents) {
                for (JsonNode condition : parent.path("conditions")) {
                    if (condition.path("reason").asText().equals(missing.code())
                            && condition instanceof ObjectNode object) {
                        object.put("message", missing.message());
                    }
                }
            }
        }

        private static String refusal(JsonNode parent, JsonNode condition) {
            String message = condition.path("message").asText();
            String section = parent.path("sectionName").asText();
            return parent.path("name").asText()
                    + (section.isEmpty() ? "" : "/" + section)
                    + ": "
                    + (message.isEmpty() ? condition.path("reason").asText() : message);
        }

        private Finding programmed(String name, Revision written, ClosedPorts closed) {
            Member self = counted.get(0);
            Optional<String> held = heldBack(self, name);
            if (held.isPresent()) {
                return new Finding("False", "HeldBack", held.get());
            }
            if (!self.serving().covers(written)) {
                return new Finding("False", PENDING, String.join("; ", self.problems()));
            }
            Optional<ProblemView> passedOver = problems.getOrDefault(name, List.of()).stream()
                    .filter(problem -> problem.code().equals(ProblemCode.NO_MATCHING_NODES)
                            && problem.path().equals("spec.selector"))
                    .findFirst();
            if (passedOver.isPresent()) {
                return new Finding(
                        "False",
                        "NotSelected",
                        "spec.selector: " + passedOver.get().message());
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

    /** Adds conditions to those that a kind has of its own. */
    private static final class Adder {
        private final ArrayNode conditions;
        private final long generation;
        private final Transitions.Resource transitions;

        private Adder(ArrayNode conditions, long generation, Transitions.Resource transitions) {
            this.conditions = conditions;
            this.generation = generation;
            this.transitions = transitions;
        }

        static String time(Instant time) {
            return time.truncatedTo(ChronoUnit.SECONDS).toString();
        }

        private void add(String type, Finding finding) {
            add(type, finding.status(), finding.reason(), finding.message());
        }

        private void add(String type, String status, String reason, String message) {
            for (JsonNode condition : conditions) {
                if (condition.path("type").asText().equals(type)) {
                    return;
                }
            }
            Instant time = transitions.since(type, status);
            conditions
                    .addObject()
                    .put("type", type)
                    .put("status", status)
                    .put("observedGeneration", generation)
                    .put("lastTransitionTime", time(time))
                    .put("reason", reason)
                    .put("message", message);
        }
    }
}
