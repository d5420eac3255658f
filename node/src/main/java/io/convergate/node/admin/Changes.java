package io.convergate.node.admin;

import io.convergate.config.ConfigView;
import io.convergate.config.Consistency;
import io.convergate.config.MemberId;
import io.convergate.config.Plan;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.Revision;
import io.convergate.config.StoredResource;
import io.convergate.config.SubmitResult;
import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.read.ReadResult;
import io.convergate.routing.read.ResourceReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Takes a change from text to durable: read, judge, write, wait. Safe for use by any thread; reading and judging run on
 * the caller's.
 */
final class Changes {
    private final ReplicatedConfig config;
    private final ResourceReader reader;
    private final Admission admission;
    private final Convergences convergences;

    Changes(ReplicatedConfig config, ResourceReader reader, Admission admission) {
        this.reader = reader;
        this.config = config;
        this.admission = admission;
        this.convergences = new Convergences(config);
    }

    /**
     * What a writer asks for beside the documents.
     *
     * @param waitFor whom to wait for once it is durable
     * @param consistency what must be so before it counts
     * @param dryRun whether to judge only
     * @param cause who, why and from where
     */
    record Request(WaitFor waitFor, Consistency consistency, boolean dryRun, Admission.Cause cause) {
        /** The same, with a message if it has none. */
        Request orMessage(String message) {
            return cause.message().isEmpty()
                    ? new Request(
                            waitFor,
                            consistency,
                            dryRun,
                            new Admission.Cause(cause.author(), message, cause.client(), cause.who()))
                    : this;
        }
    }

    /** What came of it. */
    sealed interface Answer {
        /**
         * It was accepted, or would be.
         *
         * @param revision the configuration right after it
         * @param notYet the names of members that were not heard to have it
         */
        record Done(ApplyReport report, Revision revision, List<String> notYet) implements Answer {}

        /** It was not, and nothing was written. */
        record Refused(ProblemDocument why) implements Answer {}
    }

    /** Writes what has been read. */
    CompletionStage<Answer> write(ReadResult read, Request request) {
        Optional<ProblemDocument> unfit = unfit(read);
        if (unfit.isPresent()) {
            return refused(unfit.get());
        }
        return carryOut(view -> admission.write(view, read.documents(), request.cause()), request);
    }

    /** Deletes what has been read; only its identity counts, and what does not exist is fine. */
    CompletionStage<Answer> delete(ReadResult read, Request request) {
        List<Admission.Target> targets = new ArrayList<>();
        for (ReadDocument document : read.documents()) {
            document.resource().map(Admission.Target::of).ifPresent(targets::add);
        }
        if (targets.isEmpty() || targets.size() < read.documents().size()) {
            return refused(unfit(read).orElseGet(Changes::nothing));
        }
        return delete(targets, false, request);
    }

    /**
     * Deletes resources by their keys.
     *
     * @param mustExist whether it is an error if one of them does not exist
     */
    CompletionStage<Answer> delete(List<Admission.Target> targets, boolean mustExist, Request request) {
        return carryOut(view -> admission.delete(view, targets, mustExist, request.cause()), request);
    }

    /**
     * What would come of writing some documents and deleting some other resources in one change; nothing is written.
     *
     * @param deleted each must be there
     */
    CompletionStage<Answer> judge(ReadResult read, List<ResourceKey> deleted, Request request) {
        Optional<ProblemDocument> unfit =
                read.documents().isEmpty() && !deleted.isEmpty() ? Optional.empty() : unfit(read);
        if (unfit.isPresent()) {
            return refused(unfit.get());
        }
        Request dry = new Request(request.waitFor(), request.consistency(), true, request.cause());
        return carryOut(
                view -> {
                    List<Admission.Target> targets = new ArrayList<>();
                    for (ResourceKey key : deleted) {
                        StoredResource stored = view.resources().get(key);
                        if (stored == null) {
                            return new Plan.Reject<>(Verdict.refused(Admission.notFound(key)));
                        }
                        targets.add(new Admission.Target(PlainText.apiVersion(stored), key));
                    }
                    return admission.replace(view, read.documents(), targets, dry.cause());
                },
                dry);
    }

    /** Writes every Secret again as it is. */
    CompletionStage<Answer> reseal(Request request) {
        return carryOut(view -> admission.reseal(view, request.cause()), request);
    }

    /**
     * Makes the configuration what has been read: deletes what is not among it.
     *
     * @param mayGo what may be deleted; all else stays
     */
    CompletionStage<Answer> replaceAll(ReadResult read, Predicate<ResourceKey> mayGo, Request request) {
        Optional<ProblemDocument> unfit = unfit(read);
        if (unfit.isPresent()) {
            return refused(unfit.get());
        }
        Set<ResourceKey> kept = read.documents().stream()
                .flatMap(document -> document.resource().stream())
                .map(Resource::key)
                .collect(Collectors.toSet());
        return carryOut(
                view -> {
                    List<Admission.Target> surplus = view.resources().values().stream()
                            .filter(stored -> !kept.contains(stored.key()) && mayGo.test(stored.key()))
                            .sorted(Comparator.comparing(StoredResource::key))
                            .map(stored -> new Admission.Target(PlainText.apiVersion(stored), stored.key()))
                            .toList();
                    return admission.replace(view, read.documents(), surplus, request.cause());
                },
                request);
    }

    /** Makes the configuration what it was, by a new change that is judged like any other. */
    CompletionStage<Answer> rollBack(ConfigView target, Request request) {
        return carryOut(
                view -> {
                    List<Admission.Target> surplus = new ArrayList<>();
                    List<ReadDocument> documents = new ArrayList<>();
                    List<Problem> problems = new ArrayList<>();
                    for (ResourceKey key : new TreeSet<>(target.differsFrom(view))) {
                        StoredResource wanted = target.resources().get(key);
                        if (wanted == null) {
                            StoredResource there = view.resources().get(key);
                            surplus.add(new Admission.Target(PlainText.apiVersion(there), key));
                        } else {
                            ReadResult read = reader.read(wanted.content().toByteArray());
                            documents.addAll(read.documents());
                            problems.addAll(read.problems());
                        }
                    }
                    return problems.stream().anyMatch(Problem::isError)
                            ? new Plan.Reject<>(Verdict.refused(ProblemDocument.refused(
                                    "nothing was written: what was valid then is not now", ProblemViews.of(problems))))
                            : admission.replace(view, documents, surplus, request.cause());
                },
                request);
    }

    /** Why these documents cannot be taken, if they cannot. */
    private static Optional<ProblemDocument> unfit(ReadResult read) {
        if (!read.isAcceptable()) {
            long errors = read.problems().stream().filter(Problem::isError).count();
            return Optional.of(ProblemDocument.refused(
                    "nothing was written: " + errors + (errors == 1 ? " error" : " errors"),
                    ProblemViews.of(read.problems())));
        }
        return read.documents().isEmpty() ? Optional.of(nothing()) : Optional.empty();
    }

    private static ProblemDocument nothing() {
        return ProblemDocument.of(400, "Nothing to do", "no document in the body (expected: at least one resource)");
    }

    /**
     * Judges against the configuration of this moment, on this thread, and writes if it is still the same on the store's;
     * only when another change came between is it judged there again. So a large change does not hold up the store. A node that
     * has not caught up refuses nothing by what it knows yet.
     */
    CompletionStage<Answer> carryOut(Function<ConfigView, Plan<Verdict>> plan, Request request) {
        ConfigView seen = config.current();
        Plan<Verdict> judged = plan.apply(seen);
        if (request.dryRun() || (judged instanceof Plan.Reject<Verdict> && config.caughtUp())) {
            return answer(judged.value(), seen.revision(), 0, List.of(), false, request);
        }
        admission.announce(judged);
        return config.submit(
                        now -> now.revision().equals(seen.revision()) ? judged : plan.apply(now), request.consistency())
                .thenCompose(result -> answer(result, request));
    }

    private CompletionStage<Answer> answer(SubmitResult<Verdict> result, Request request) {
        if (result instanceof SubmitResult.Accepted<Verdict> accepted) {
            List<String> notYet = accepted.notYet().stream().map(MemberId::name).toList();
            int held = accepted.heldBy().size();
            return answer(accepted.value(), accepted.revision(), held, notYet, accepted.spreading(), request);
        }
        if (result instanceof SubmitResult.Rejected<Verdict> rejected) {
            return answer(rejected.value(), rejected.revision(), 0, List.of(), false, request);
        }
        if (result instanceof SubmitResult.NoMajority<Verdict> none) {
            return refused(ProblemDocument.of(503, "No majority", "nothing was written: " + none.reason()));
        }
        String reason = result instanceof SubmitResult.Unavailable<Verdict> unavailable ? unavailable.reason() : "";
        return refused(ProblemDocument.of(503, "The store takes no writes", reason));
    }

    private CompletionStage<Answer> answer(
            Verdict verdict, Revision revision, int heldBy, List<String> notYet, boolean spreading, Request request) {
        if (verdict.refusal().isPresent()) {
            return refused(verdict.refusal().get());
        }
        CompletionStage<Convergences.Outcome> outcome = request.dryRun()
                ? CompletableFuture.completedFuture(new Convergences.Outcome(true, List.of()))
                : convergences.await(revision, request.waitFor());
        ApplyReport report = new ApplyReport(
                revision.toString(),
                request.dryRun(),
                heldBy,
                heldBy + notYet.size(),
                spreading,
                true,
                verdict.results(),
                List.of());
        return outcome.thenApply(
                reached -> new Answer.Done(report.reached(reached.converged(), reached.nodes()), revision, notYet));
    }

    private static CompletionStage<Answer> refused(ProblemDocument why) {
        return CompletableFuture.completedFuture(new Answer.Refused(why));
    }
}
