package io.convergate.node.admin;

import io.convergate.config.Change;
import io.convergate.config.ConfigView;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Limits;
import io.convergate.config.Plan;
import io.convergate.config.StoredResource;
import io.convergate.config.seal.Sealing;
import io.convergate.node.admin.access.AdminAccess;
import io.convergate.node.admin.access.Principal;
import io.convergate.node.admin.access.Role;
import io.convergate.node.admin.access.SecretValues;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.api.ResourceResult;
import io.convergate.node.admin.api.ResourceResult.Outcome;
import io.convergate.node.admin.kube.ManagedFields;
import io.convergate.node.admin.kube.ObjectVersions;
import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.read.ResourceReader;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a change writes to a given configuration: everything, or nothing. Stamps what is written with the
 * cluster's own metadata: creation time and uid stay with a resource for life, its generation counts changes of its
 * spec. Has no state; safe for use by any thread.
 */
final class Admission {
    private final ResourceReader reader;
    private final ConfigParser parser;
    private final CrossCheck crossCheck;
    private final SecretsKept secrets;
    private final InstantSource clock;

    /** @param secrets what becomes of Secrets */
    Admission(
            ResourceReader reader,
            ConfigParser parser,
            CrossCheck crossCheck,
            SecretsKept secrets,
            InstantSource clock) {
        this.secrets = secrets;
        this.reader = reader;
        this.parser = parser;
        this.crossCheck = crossCheck;
        this.clock = clock;
    }

    /**
     * Who changes, and why.
     *
     * @param author may be empty
     * @param message may be empty
     * @param client where it comes from
     * @param who who he is and what he may do
     */
    record Cause(String author, String message, String client, Principal who) {}

    /**
     * A resource that a change is about.
     *
     * @param apiVersion as the writer named it
     * @param key its identity
     */
    record Target(String apiVersion, ResourceKey key) {
        static Target of(Resource resource) {
            return new Target(resource.apiVersion(), resource.key());
        }
    }

    /**
     * What a change does to one resource.
     *
     * @param refusal why it cannot be done; empty if it can
     */
    private record Step(
            Target target, Optional<Edit> edit, Outcome outcome, long generation, Optional<ProblemDocument> refusal) {
        Step(Target target, Optional<Edit> edit, Outcome outcome, long generation) {
            this(target, edit, outcome, generation, Optional.empty());
        }
    }

    /** Plans to write these documents, each of which can be taken by itself. */
    Plan<Verdict> write(ConfigView current, List<ReadDocument> documents, Cause cause) {
        return replace(current, documents, List.of(), cause);
    }

    /**
     * Plans to write one document, which can be taken by itself.
     *
     * @param managedFields who owns which of its fields then, as JSON
     */
    Plan<Verdict> write(ConfigView current, ReadDocument document, byte[] managedFields, Cause cause) {
        return replace(current, List.of(document), List.of(), cause, (written, before) -> managedFields);
    }

    /**
     * Plans to write these documents, each of which can be taken by itself, and to delete some other resources, in one
     * change.
     *
     * @param surplus what to delete; all of it is there
     */
    Plan<Verdict> replace(ConfigView current, List<ReadDocument> documents, List<Target> surplus, Cause cause) {
        return replace(
                current,
                documents,
                surplus,
                cause,
                (written, before) -> ManagedFields.after(before, written.canonical(), clock.instant()));
    }

    /** Who owns which fields of a resource after a write, as JSON. */
    private interface Owners {
        byte[] after(ReadDocument written, Optional<StoredResource> before);
    }

    private Plan<Verdict> replace(
            ConfigView current, List<ReadDocument> documents, List<Target> surplus, Cause cause, Owners owners) {
        Optional<ProblemDocument> forbidden = forbidden(
                Stream.concat(
                        surplus.stream().map(Target::key), documents.stream().map(document -> document.resource()
                                .orElseThrow()
                                .key())),
                cause);
        if (forbidden.isPresent()) {
            return new Plan.Reject<>(Verdict.refused(forbidden.get()));
        }
        Optional<ProblemDocument> unsafe = documents.stream()
                .map(document -> document.resource().orElseThrow().key())
                .filter(SecretValues::isSecret)
                .findFirst()
                .flatMap(secrets::objection);
        if (unsafe.isPresent()) {
            return new Plan.Reject<>(Verdict.refused(unsafe.get()));
        }
        ParsedConfig parsed = parser.parse(current);
        List<Step> steps = new ArrayList<>();
        Map<ResourceKey, @Nullable Resource> candidate = new HashMap<>();
        for (Target target : surplus) {
            candidate.put(target.key(), null);
            steps.add(new Step(target, Optional.of(new Edit.Delete(target.key())), Outcome.DELETED, 0));
        }
        for (ReadDocument document : documents) {
            Resource resource = document.resource().orElseThrow();
            Optional<StoredResource> stored =
                    Optional.ofNullable(current.resources().get(resource.key()));
            if (isOutdated(resource, current)) {
                return new Plan.Reject<>(Verdict.refused(ProblemDocument.of(
                        409,
                        "Conflict",
                        ProblemViews.shortName(resource.key())
                                + " was changed meanwhile (expected: the resourceVersion it has now)")));
            }
            Optional<Resource> before = stored.map(s -> parsed.resources().get(resource.key()));
            Optional<ProblemView> frozen = before.flatMap(old -> Immutables.changed(old, resource));
            if (frozen.isPresent()) {
                return new Plan.Reject<>(Verdict.refused(ProblemDocument.refused(
                        "nothing was written: " + ProblemViews.shortName(resource.key()) + " is immutable",
                        List.of(frozen.get()))));
            }
            // What is not there has no versions: to look for some takes as long as to look for the resource.
            boolean conflicted = stored.isPresent()
                    && (current.versions(resource.key()).size() > 1
                            || !current.outlived(resource.key()).isEmpty());
            Step step = step(document, resource, owners.after(document, stored), stored, before, conflicted, candidate);
            if (step.refusal().isPresent()) {
                return new Plan.Reject<>(Verdict.refused(step.refusal().get()));
            }
            steps.add(step);
        }
        return judge(steps, parsed.resources().with(candidate), warningsOf(documents), cause);
    }

    /**
     * Plans to delete some resources.
     *
     * @param mustExist whether it is an error if one of them does not exist
     */
    Plan<Verdict> delete(ConfigView current, List<Target> targets, boolean mustExist, Cause cause) {
        Optional<ProblemDocument> forbidden = forbidden(targets.stream().map(Target::key), cause);
        if (forbidden.isPresent()) {
            return new Plan.Reject<>(Verdict.refused(forbidden.get()));
        }
        Map<ResourceKey, @Nullable Resource> candidate = new HashMap<>();
        List<Step> steps = new ArrayList<>();
        for (Target target : targets) {
            boolean exists = current.resources().containsKey(target.key());
            if (mustExist && !exists) {
                return new Plan.Reject<>(Verdict.refused(notFound(target.key())));
            }
            candidate.put(target.key(), null);
            steps.add(new Step(
                    target,
                    exists ? Optional.of(new Edit.Delete(target.key())) : Optional.empty(),
                    exists ? Outcome.DELETED : Outcome.UNCHANGED,
                    0));
        }
        return judge(steps, parser.parse(current).resources().with(candidate), Map.of(), cause);
    }

    /** Has what was read for a plan that is being carried out at hand for those who will serve it. */
    void announce(Plan<Verdict> plan) {
        if (plan instanceof Plan.Accept<Verdict> accept) {
            parser.expect(accept.change(), accept.value());
        }
    }

    /** Why somebody may not write these, if he may not: Secrets need more than the other kinds, in whatever change they come. */
    private static Optional<ProblemDocument> forbidden(Stream<ResourceKey> keys, Cause cause) {
        return SecretValues.mayBeSeenBy(cause.who())
                ? Optional.empty()
                : keys.filter(SecretValues::isSecret)
                        .findFirst()
                        .map(key -> AdminAccess.insufficient(cause.who(), Role.ADMIN, ProblemViews.shortName(key)));
    }

    /** Plans to write every Secret again as it is, so that it is sealed with the key that is used now. */
    Plan<Verdict> reseal(ConfigView current, Cause cause) {
        List<StoredResource> stored = current.resources().values().stream()
                .filter(one -> SecretValues.isSecret(one.key()))
                .sorted(Comparator.comparing(StoredResource::key))
                .toList();
        Map<ResourceKey, String> closed = parser.parse(current).unreadable();
        for (StoredResource one : stored) {
            Optional<ProblemDocument> objection = secrets.objection(one.key()).or(() -> Optional.ofNullable(
                            closed.get(one.key()))
                    .map(why -> ProblemDocument.of(409, "Unreadable", ProblemViews.shortName(one.key()) + ": " + why)));
            if (objection.isPresent()) {
                return new Plan.Reject<>(Verdict.refused(objection.get()));
            }
        }
        List<Step> steps = stored.stream()
                .map(one -> new Step(
                        new Target(PlainText.apiVersion(one), one.key()),
                        Optional.of(new Edit.Put(one.key(), one.content())),
                        Outcome.CONFIGURED,
                        0))
                .toList();
        return judge(steps, parser.parse(current).resources(), Map.of(), cause);
    }

    /** The error for a resource that does not exist. */
    static ProblemDocument notFound(ResourceKey key) {
        return ProblemDocument.of(404, "Not found", ProblemViews.shortName(key) + " does not exist");
    }

    private Plan<Verdict> judge(
            List<Step> steps,
            SharedMap<ResourceKey, Resource> candidate,
            Map<ResourceKey, List<Problem>> warnings,
            Cause cause) {
        Map<ResourceKey, List<Problem>> crossing = crossCheck
                .problemsOf(
                        candidate,
                        steps.stream().map(step -> step.target().key()).collect(Collectors.toSet()))
                .stream()
                .collect(Collectors.groupingBy(problem -> problem.resource().orElseThrow()));
        List<ProblemView> errors = new ArrayList<>();
        List<ResourceResult> results = new ArrayList<>();
        List<Edit> edits = new ArrayList<>();
        for (Step step : steps) {
            ResourceKey key = step.target().key();
            List<ProblemView> problems = new ArrayList<>(ProblemViews.of(warnings.getOrDefault(key, List.of())));
            if (step.outcome() != Outcome.DELETED) {
                ProblemViews.of(crossing.getOrDefault(key, List.of())).stream()
                        .filter(found -> problems.stream().noneMatch(found::isAbout))
                        .forEach(problems::add);
            }
            problems.stream().filter(ProblemView::isError).forEach(errors::add);
            step.edit().ifPresent(edits::add);
            results.add(new ResourceResult(
                    step.target().apiVersion(),
                    key.kind(),
                    key.namespace(),
                    key.name(),
                    step.outcome(),
                    step.generation(),
                    problems));
        }
        if (!errors.isEmpty()) {
            return new Plan.Reject<>(Verdict.refused(ProblemDocument.refused(
                    "nothing was written: " + errors.size() + " error(s) in how the resources go together", errors)));
        }
        long bytes = edits.stream()
                .mapToLong(edit -> edit.bytes() + Sealing.bytesAdded(edit.key()))
                .sum();
        if (bytes > Limits.CHANGE_BYTES_MAX || edits.size() > Limits.CHANGE_EDITS_MAX) {
            return new Plan.Reject<>(
                    Verdict.refused(tooLarge("the change has " + edits.size() + " resources and " + bytes
                            + " bytes as it is stored (expected: at most " + Limits.CHANGE_EDITS_MAX + " and "
                            + Limits.CHANGE_BYTES_MAX + ")")));
        }
        Set<ResourceKey> sound = new HashSet<>();
        warnings.forEach((key, found) -> {
            if (found.isEmpty()) {
                sound.add(key);
            }
        });
        Verdict verdict = Verdict.admitted(results, candidate, sound);
        return edits.isEmpty()
                ? new Plan.Reject<>(verdict)
                : new Plan.Accept<>(new Change(edits, cause.author(), cause.message(), cause.client()), verdict);
    }

    private Step step(
            ReadDocument document,
            Resource resource,
            byte[] managedFields,
            Optional<StoredResource> stored,
            Optional<Resource> before,
            boolean conflicted,
            Map<ResourceKey, @Nullable Resource> candidate) {
        if (stored.isEmpty() || before.isEmpty()) {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            Stamp stamp =
                    new Stamp(document, managedFields, now, UUID.randomUUID().toString());
            return put(resource, stamp, stamp.content(1), Outcome.CREATED, 1, candidate);
        }
        Metadata known = before.get().metadata();
        Stamp stamp = new Stamp(
                document,
                managedFields,
                known.creationTimestamp().orElse(Instant.EPOCH),
                known.uid().orElse(""));
        byte[] there = stored.get().content().toByteArray();
        byte[] same = stamp.content(known.generation());
        if (!conflicted && Arrays.equals(there, same)) {
            return new Step(Target.of(resource), Optional.empty(), Outcome.UNCHANGED, known.generation());
        }
        boolean sameSpec = reader.sameSpec(same, there);
        long generation = sameSpec ? known.generation() : known.generation() + 1;
        byte[] content = sameSpec ? same : stamp.content(generation);
        return put(resource, stamp, content, Outcome.CONFIGURED, generation, candidate);
    }

    /** What is noted of a resource beside its generation. */
    private final class Stamp {
        private final ReadDocument document;
        private final byte[] managedFields;
        private final Instant created;
        private final String uid;

        Stamp(ReadDocument document, byte[] managedFields, Instant created, String uid) {
            this.document = document;
            this.managedFields = managedFields;
            this.created = created;
            this.uid = uid;
        }

        byte[] content(long generation) {
            return reader.stamp(document.canonical(), created, uid, generation, managedFields);
        }

        /** What reading that content gives, without reading it. */
        Resource resource(long generation) {
            Resource written = document.resource().orElseThrow();
            return written.with(written.metadata().noted(created, uid, generation));
        }
    }

    private Step put(
            Resource resource,
            Stamp stamp,
            byte[] content,
            Outcome outcome,
            long generation,
            Map<ResourceKey, @Nullable Resource> candidate) {
        int bytes = content.length + Sealing.bytesAdded(resource.key());
        if (bytes > Limits.RESOURCE_BYTES_MAX) {
            ProblemDocument tooLarge = tooLarge(ProblemViews.shortName(resource.key()) + " has " + bytes
                    + " bytes as it is stored, with what is kept of its writers (expected: at most "
                    + Limits.RESOURCE_BYTES_MAX + ")");
            return new Step(Target.of(resource), Optional.empty(), outcome, generation, Optional.of(tooLarge));
        }
        candidate.put(resource.key(), stamp.resource(generation));
        return new Step(
                Target.of(resource),
                Optional.of(new Edit.Put(resource.key(), Content.copyOf(content))),
                outcome,
                generation);
    }

    private static ProblemDocument tooLarge(String detail) {
        return ProblemDocument.of(413, "Too large", "nothing was written: " + detail);
    }

    /** Whether the writer has seen another version than the one that is there. */
    private static boolean isOutdated(Resource written, ConfigView current) {
        return written.metadata()
                .resourceVersion()
                .filter(seen -> !seen.isEmpty() && !ObjectVersions.isCurrent(seen, current, written.key()))
                .isPresent();
    }

    private static Map<ResourceKey, List<Problem>> warningsOf(List<ReadDocument> documents) {
        return documents.stream()
                .collect(Collectors.toMap(
                        document -> document.resource().orElseThrow().key(), ReadDocument::problems, (a, b) -> a));
    }
}
