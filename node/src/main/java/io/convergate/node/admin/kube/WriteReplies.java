package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.ConfigView;
import io.convergate.config.Content;
import io.convergate.node.admin.api.Kind;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.api.ResourceResult.Outcome;
import io.convergate.node.admin.kube.KubeBackend.Written;
import io.convergate.routing.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** What a client is told of its write: the resource or what is wrong with it, and in {@code Warning} headers what it should know. */
final class WriteReplies {
    /** The header of a reply that says which revision a change made. */
    private static final String REVISION = "X-Convergate-Revision";

    private final KubeBackend backend;
    private final ObjectViews objects;

    WriteReplies(KubeBackend backend, ObjectViews objects) {
        this.backend = backend;
        this.objects = objects;
    }

    /** Whether a client wants a write to be judged only. */
    boolean dryRun(KubeRequest request) {
        String value = request.parameter("dryRun");
        return switch (value) {
            case "All", "true" -> true;
            case "", "false" -> request.has("dryRun") && value.isEmpty();
            default -> throw KubeError.badRequest("dryRun '" + value + "' (expected: All)");
        };
    }

    /** The reply to a write of a resource. */
    HttpResponse written(KubeRequest request, ResourceKey key, Written written, List<String> warnings) {
        Written.Done done = accepted(request, key.name(), written);
        ConfigView view = backend.config().current();
        if (!view.revision().equals(done.revision())) {
            view = backend.config().history().at(done.revision()).orElse(view);
        }
        Content content = done.content().orElseThrow();
        ObjectViews.Look look = objects.at(view);
        ObjectNode object = dryRun(request)
                ? look.showTried(key, content, request.apiVersion())
                : look.show(key, content, request.apiVersion(), ObjectVersions.of(view, key));
        List<String> all = new ArrayList<>(warnings);
        done.warnings().stream()
                .filter(problem -> !problem.isError())
                .forEach(problem -> all.add(Documents.field(problem.path()) + problem.message()));
        HttpResponse reply = KubeReplies.object(request, done.outcome() == Outcome.CREATED ? 201 : 200, object);
        return told(reply, done, all);
    }

    /** The reply to a deletion. */
    HttpResponse removed(KubeRequest request, Written written, Supplier<ObjectNode> success) {
        Written.Done done = accepted(request, request.name(), written);
        return told(KubeReplies.json(request.http(), 200, success.get()), done, List.of());
    }

    static ObjectNode deleted(Kind kind, String name, List<String> uid) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details");
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        details.put("group", kind.group()).put("kind", kind.plural());
        if (!uid.isEmpty()) {
            details.put("uid", uid.get(uid.size() - 1));
        }
        return status;
    }

    private static Written.Done accepted(KubeRequest request, String name, Written written) {
        if (written instanceof Written.Done done) {
            return done;
        }
        Written.Refused refused = (Written.Refused) written;
        Kind kind = request.written();
        List<ProblemView> errors =
                refused.problems().stream().filter(ProblemView::isError).toList();
        List<String> sentences = errors.stream()
                .map(problem -> Documents.field(problem.path()) + problem.message())
                .toList();
        KubeError error =
                switch (refused.status()) {
                    case 422 ->
                        KubeError.of(
                                422,
                                "Invalid",
                                Documents.headline(
                                        kind, name, errors.isEmpty() ? List.of(refused.detail()) : sentences));
                    case 409 -> KubeError.conflict(kind, name, refused.detail());
                    case 403 -> KubeError.of(403, "Forbidden", refused.detail());
                    case 413 -> KubeError.of(413, "RequestEntityTooLarge", refused.detail());
                    case 503 -> KubeError.of(503, "ServiceUnavailable", refused.detail());
                    default -> KubeError.of(refused.status(), "BadRequest", refused.detail());
                };
        error.about(kind, name);
        errors.forEach(problem -> error.cause(Documents.reason(problem.code()), problem.message(), problem.path()));
        throw error;
    }

    /** The reply with what the client should know; who has no copy of the write comes first, as there may be too much to say. */
    static HttpResponse told(HttpResponse reply, Written.Done done, List<String> warnings) {
        List<String> all = new ArrayList<>(warnings);
        if (!done.notYet().isEmpty()) {
            all.add(0, "not yet on " + String.join(", ", done.notYet()) + ", which cannot be reached or is slow");
        }
        HttpResponse told =
                reply.addHeader(RawHeader.create(REVISION, done.revision().toString()));
        return KubeReplies.warned(told, all);
    }
}
