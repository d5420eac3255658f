package io.convergate.node.admin;

import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.config.ConfigView;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.api.Kind;
import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.ResourceResult.Outcome;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.read.ReadResult;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.AllDirectives;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * Resources one by one, under Kubernetes' paths:
 *
 * <pre>
 * GET             /apis/networking.istio.io/v1/virtualservices
 * GET             /apis/networking.istio.io/v1/namespaces/default/virtualservices
 * GET PUT DELETE  /apis/networking.istio.io/v1/namespaces/default/virtualservices/reviews
 * GET PUT DELETE  /apis/gateway.networking.k8s.io/v1/gatewayclasses/convergate
 * GET PUT DELETE  /api/v1/namespaces/default/services/reviews
 * </pre>
 *
 * Every version of a group shows the same resources. Every reply to a write carries the revision in
 * {@code X-Convergate-Revision}.
 */
final class ResourceRoutes extends AllDirectives {
    private final ReplicatedConfig config;
    private final Changes changes;
    private final WriteBodies bodies;
    private final Statuses statuses;
    private final Executor executor;

    /** @param executor where statuses are derived, which may take a while */
    ResourceRoutes(ReplicatedConfig config, Changes changes, WriteBodies bodies, Statuses statuses, Executor executor) {
        this.config = config;
        this.statuses = statuses;
        this.executor = executor;
        this.changes = changes;
        this.bodies = bodies;
    }

    Route routes() {
        return concat(pathPrefix("api", () -> group("")), pathPrefix("apis", () -> pathPrefix(segment(), this::group)));
    }

    private Route group(String group) {
        return pathPrefix(
                segment(),
                version -> concat(
                        path(segment(), plural -> kind(group, version, plural, kind -> list(kind, version, ""))),
                        path(
                                segment().slash(segment()),
                                (plural, name) -> kind(
                                        group,
                                        version,
                                        plural,
                                        kind -> kind.scope() == Kind.Scope.CLUSTER
                                                ? one(kind.apiVersion(version), key(kind, "", name))
                                                : reject())),
                        pathPrefix(
                                segment("namespaces").slash(segment()),
                                namespace -> concat(
                                        path(
                                                segment(),
                                                plural -> kind(
                                                        group,
                                                        version,
                                                        plural,
                                                        kind -> list(kind, version, namespace))),
                                        path(
                                                segment().slash(segment()),
                                                (plural, name) -> kind(
                                                        group,
                                                        version,
                                                        plural,
                                                        kind -> one(
                                                                kind.apiVersion(version),
                                                                key(kind, namespace, name))))))));
    }

    private Route kind(String group, String version, String plural, Function<Kind, Route> route) {
        return Kind.ofPlural(group, version, plural).map(route).orElseGet(this::reject);
    }

    /** @param namespace whose resources; empty for all */
    private Route list(Kind kind, String version, String namespace) {
        return get(() -> extractRequest(request -> reading(kind.group(), () -> {
            ConfigView view = config.current();
            List<StoredResource> found = view.resources().values().stream()
                    .filter(stored -> stored.key().kind().equals(kind.kind())
                            && stored.key().group().equals(kind.group()))
                    .filter(stored ->
                            namespace.isEmpty() || stored.key().namespace().equals(namespace))
                    .sorted(Comparator.comparing(StoredResource::key))
                    .toList();
            return wanted(request)
                    .reply(
                            200,
                            Representation.list(
                                    kind,
                                    kind.apiVersion(version),
                                    view.revision().toString(),
                                    found,
                                    statuses(kind.group(), view),
                                    Conflicts.of(view, config)));
        })));
    }

    /** Answers at once, or, where a status has to be derived, on the executor. */
    private Route reading(String group, Supplier<HttpResponse> answer) {
        return Statuses.has(group)
                ? completeWithFuture(CompletableFuture.supplyAsync(answer, executor))
                : complete(answer.get());
    }

    private Function<ResourceKey, Optional<JsonNode>> statuses(String group, ConfigView view) {
        return Statuses.has(group) ? statuses.of(view) : key -> Optional.empty();
    }

    private Route one(String apiVersion, ResourceKey key) {
        return concat(
                get(() -> extractRequest(
                        request -> reading(key.group(), () -> show(200, apiVersion, key, wanted(request))))),
                put(() -> extractRequest(request -> withRequestTimeout(
                        ChangeRequests.patience(request), () -> completeWithFuture(write(request, apiVersion, key))))),
                delete(() -> extractRequest(request -> withRequestTimeout(
                        ChangeRequests.patience(request),
                        () -> completeWithFuture(remove(request, apiVersion, key))))));
    }

    private CompletionStage<HttpResponse> write(HttpRequest request, String apiVersion, ResourceKey key) {
        Representation wanted = wanted(request);
        ResourceReader reader = new ResourceReader(
                key.namespace().isEmpty()
                        ? ReadSettings.DEFAULTS
                        : ReadSettings.DEFAULTS.withDefaultNamespace(key.namespace()));
        return bodies.take(
                request,
                body -> {
                    ReadResult read = reader.read(body);
                    requireOnly(read, key);
                    return changes.write(read, ChangeRequests.of(request));
                },
                answer -> reply(
                        answer, outcome -> show(outcome == Outcome.CREATED ? 201 : 200, apiVersion, key, wanted)));
    }

    private CompletionStage<HttpResponse> remove(HttpRequest request, String apiVersion, ResourceKey key) {
        request.discardEntityBytes(bodies.materializer());
        Admission.Target target = new Admission.Target(apiVersion, key);
        return changes.delete(List.of(target), true, ChangeRequests.of(request))
                .thenCompose(answer -> reply(
                        answer,
                        outcome -> Replies.json(
                                200,
                                Map.of(
                                        "kind", "Status",
                                        "apiVersion", "v1",
                                        "metadata", Map.of(),
                                        "status", "Success",
                                        "details",
                                                Map.of(
                                                        "name",
                                                        key.name(),
                                                        "group",
                                                        key.group(),
                                                        "kind",
                                                        key.kind())))));
    }

    private static CompletionStage<HttpResponse> reply(Changes.Answer answer, Function<Outcome, HttpResponse> success) {
        HttpResponse response = answer instanceof Changes.Answer.Done done
                ? success.apply(done.report().resources().get(0).outcome())
                        .addHeader(RawHeader.create(
                                AuditLog.REVISION, done.report().revision()))
                : Replies.problem(((Changes.Answer.Refused) answer).why());
        return CompletableFuture.completedFuture(response);
    }

    private HttpResponse show(int status, String apiVersion, ResourceKey key, Representation wanted) {
        ConfigView view = config.current();
        StoredResource stored = view.resources().get(key);
        return stored == null
                ? Replies.problem(Admission.notFound(key))
                : wanted.reply(
                        status,
                        Representation.resource(
                                stored,
                                apiVersion,
                                statuses(key.group(), view).apply(key),
                                Conflicts.of(view, config).of(key)));
    }

    private static void requireOnly(ReadResult read, ResourceKey key) {
        List<ReadDocument> documents = read.documents();
        if (documents.size() > 1) {
            throw bad(documents.size() + " documents (expected: one; many go to /apply)");
        }
        documents.stream().flatMap(document -> document.resource().stream()).forEach(resource -> {
            if (!resource.key().equals(key)) {
                throw bad(ProblemViews.shortName(resource.key()) + " in the body (expected: "
                        + ProblemViews.shortName(key) + ", as in the path)");
            }
        });
    }

    private static Representation wanted(HttpRequest request) {
        return Representation.accepted(
                request.getHeader("Accept").map(HttpHeader::value).orElse("*/*"));
    }

    private static ResourceKey key(Kind kind, String namespace, String name) {
        if (name.isEmpty() || namespace.isEmpty() != (kind.scope() == Kind.Scope.CLUSTER)) {
            throw bad("an empty name (expected: a name, and a namespace unless the kind belongs to the cluster)");
        }
        return new ResourceKey(kind.group(), kind.kind(), namespace, name);
    }

    private static BadRequest bad(String detail) {
        return new BadRequest(ProblemDocument.of(400, "Bad request", detail));
    }
}
