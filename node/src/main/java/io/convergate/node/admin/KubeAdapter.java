package io.convergate.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.config.ConfigView;
import io.convergate.config.Consistency;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Plan;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.access.Principal;
import io.convergate.node.admin.api.ConflictView;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.api.ResourceResult;
import io.convergate.node.admin.api.ResourceResult.Outcome;
import io.convergate.node.admin.kube.EventTalk;
import io.convergate.node.admin.kube.KubeBackend;
import io.convergate.node.admin.kube.KubeError;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** What Kubernetes' protocol needs of the admin API. */
final class KubeAdapter implements KubeBackend {
    private final AdminBackend backend;
    private final Changes changes;
    private final Admission admission;
    private final Statuses statuses;

    KubeAdapter(AdminBackend backend, Changes changes, Admission admission, Statuses statuses) {
        this.backend = backend;
        this.changes = changes;
        this.admission = admission;
        this.statuses = statuses;
    }

    @Override
    public ReplicatedConfig config() {
        return backend.config();
    }

    @Override
    public EventTalk eventTalk() {
        return backend.events();
    }

    @Override
    public Function<ResourceKey, Optional<JsonNode>> statuses(ConfigView view) {
        Function<ResourceKey, Optional<JsonNode>> derived = statuses.of(view);
        return key -> Statuses.has(key.group()) ? derived.apply(key) : Optional.empty();
    }

    @Override
    public boolean dependsOnOthers(ResourceKey key) {
        return Statuses.has(key.group());
    }

    @Override
    public Function<ResourceKey, Optional<ConflictView>> conflicts(ConfigView view) {
        return Conflicts.of(view, backend.config())::of;
    }

    @Override
    public List<ProblemView> problems() {
        return backend.serving().get().problems();
    }

    @Override
    public CompletionStage<Written> write(Function<ConfigView, Proposal> plan, HttpRequest request, Manner manner) {
        Changes.Request asked = asked(request, manner);
        AtomicReference<Optional<Content>> content = new AtomicReference<>(Optional.empty());
        return changes.carryOut(
                        view -> {
                            Proposal proposal = plan.apply(view);
                            Plan<Verdict> judged = judge(view, proposal, asked.cause());
                            content.set(content(view, proposal, judged));
                            return judged;
                        },
                        asked)
                .thenApply(answer -> written(answer, content.get()));
    }

    private Plan<Verdict> judge(ConfigView view, Proposal proposal, Admission.Cause cause) {
        if (proposal instanceof Proposal.Put put) {
            return admission.write(view, put.document(), put.managedFields(), cause);
        }
        Proposal.Delete delete = (Proposal.Delete) proposal;
        List<Admission.Target> targets = delete.keys().stream()
                .map(key -> new Admission.Target(delete.apiVersion(), key))
                .toList();
        return admission.delete(view, targets, false, cause);
    }

    private static Optional<Content> content(ConfigView view, Proposal proposal, Plan<Verdict> judged) {
        if (!(proposal instanceof Proposal.Put put)) {
            return Optional.empty();
        }
        if (judged instanceof Plan.Accept<Verdict> accept
                && accept.change().edits().get(0) instanceof Edit.Put edit) {
            return Optional.of(edit.content());
        }
        return put.document()
                .resource()
                .map(resource -> view.resources().get(resource.key()))
                .map(StoredResource::content);
    }

    private static Written written(Changes.Answer answer, Optional<Content> content) {
        if (answer instanceof Changes.Answer.Done done) {
            List<ResourceResult> results = done.report().resources();
            return new Written.Done(
                    results.isEmpty() ? Outcome.UNCHANGED : results.get(0).outcome(),
                    content,
                    done.revision(),
                    results.isEmpty() ? List.of() : results.get(0).problems(),
                    done.notYet());
        }
        ProblemDocument why = ((Changes.Answer.Refused) answer).why();
        return new Written.Refused(why.status(), why.detail(), why.problems());
    }

    /** Kubernetes' clients have a {@code timeout} of their own, which means something else. */
    static WaitFor waitFor(HttpRequest request) {
        return ChangeRequests.parameter(request, "wait").isPresent()
                ? ChangeRequests.waitFor(request)
                : WaitFor.parse(Optional.empty(), WaitFor.TIMEOUT_DEFAULT);
    }

    /** A client may change its node at every request, so it is answered only once all that can be reached have the change. */
    private static Changes.Request asked(HttpRequest request, Manner manner) {
        try {
            Principal who = Principal.of(request);
            String author = ChangeRequests.author(request, who);
            return new Changes.Request(
                    waitFor(request),
                    ChangeRequests.consistency(request, Consistency.REACHABLE),
                    manner.dryRun(),
                    new Admission.Cause(
                            author.isEmpty() ? manner.manager() : author,
                            ChangeRequests.message(request),
                            AuditLog.client(request),
                            who));
        } catch (BadRequest e) {
            throw KubeError.badRequest(e.problem().detail());
        }
    }
}
