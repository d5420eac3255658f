package io.convergate.node.admin;

import io.convergate.config.ConfigView;
import io.convergate.config.Plan;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.Revision;
import io.convergate.config.SubmitResult;
import io.convergate.node.admin.api.ApplyReport;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.read.ReadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a change from text to durable: read, judge, write, wait. Safe for use by any thread; reading and judging run on
 * the caller's.
 */
final class Changes {
    private static final Logger AUDIT = LoggerFactory.getLogger("io.convergate.audit");

    private final ReplicatedConfig config;
    private final Admission admission;
    private final Convergences convergences;

    Changes(ReplicatedConfig config, Admission admission) {
        this.config = config;
        this.admission = admission;
        this.convergences = new Convergences(config);
    }

    /**
     * What a writer asks for beside the documents.
     *
     * @param waitFor whom to wait for once it is durable
     * @param dryRun whether to judge only
     * @param cause who and why
     * @param remoteAddress where the request came from, for the audit log
     */
    record Request(WaitFor waitFor, boolean dryRun, Admission.Cause cause, String remoteAddress) {}

    /** What came of it. */
    sealed interface Answer {
        /** It was accepted, or would be. */
        record Done(ApplyReport report) implements Answer {}

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
     * only when another change came between is it judged there again. So a large change does not hold up the store.
     */
    private CompletionStage<Answer> carryOut(Function<ConfigView, Plan<Verdict>> plan, Request request) {
        ConfigView seen = config.current();
        Plan<Verdict> judged = plan.apply(seen);
        if (request.dryRun() || judged instanceof Plan.Reject<Verdict>) {
            return answer(judged.value(), seen.revision(), 0, 0, request);
        }
        return config.submit(now -> now.revision().equals(seen.revision()) ? judged : plan.apply(now))
                .thenCompose(result -> answer(result, request));
    }

    private CompletionStage<Answer> answer(SubmitResult<Verdict> result, Request request) {
        if (result instanceof SubmitResult.Accepted<Verdict> accepted) {
            audit(accepted, request);
            int held = accepted.heldBy().size();
            int members = held + accepted.notYet().size();
            return answer(accepted.value(), accepted.revision(), held, members, request);
        }
        if (result instanceof SubmitResult.Rejected<Verdict> rejected) {
            return answer(rejected.value(), rejected.revision(), 0, 0, request);
        }
        String reason = result instanceof SubmitResult.Unavailable<Verdict> unavailable ? unavailable.reason() : "";
        return refused(ProblemDocument.of(503, "The store takes no writes", reason));
    }

    private CompletionStage<Answer> answer(
            Verdict verdict, Revision revision, int heldBy, int members, Request request) {
        if (verdict.refusal().isPresent()) {
            return refused(verdict.refusal().get());
        }
        CompletionStage<Convergences.Outcome> outcome = request.dryRun()
                ? CompletableFuture.completedFuture(new Convergences.Outcome(true, List.of()))
                : convergences.await(revision, request.waitFor());
        return outcome.thenApply(reached -> new Answer.Done(new ApplyReport(
                revision.toString(),
                request.dryRun(),
                Math.max(heldBy, reached.serving()),
                Math.max(members, reached.nodes().size()),
                reached.converged(),
                verdict.results(),
                reached.nodes())));
    }

    private static void audit(SubmitResult.Accepted<Verdict> accepted, Request request) {
        AUDIT.info(
                "revision={} from={} author=\"{}\" message=\"{}\" resources={}",
                accepted.revision(),
                request.remoteAddress(),
                oneLine(request.cause().author()),
                oneLine(request.cause().message()),
                accepted.value().results().size());
    }

    /** A writer's words, made harmless for a log of lines. */
    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\"]", "?");
    }

    private static CompletionStage<Answer> refused(ProblemDocument why) {
        return CompletableFuture.completedFuture(new Answer.Refused(why));
    }
}
