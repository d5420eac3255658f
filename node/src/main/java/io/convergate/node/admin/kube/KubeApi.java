package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.Kind;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.Materializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests in Kubernetes' resource protocol: {@code /api}, {@code /apis}, {@code /openapi} and {@code /version}. Every
 * error is a {@code Status}. Safe for use by any thread; what may take a while runs on an executor.
 */
public final class KubeApi {
    private static final Logger LOG = LoggerFactory.getLogger(KubeApi.class);

    /** The version of Kubernetes whose protocol this is. kubectl may run another kubectl that fits it. */
    private static final String PROTOCOL = "v1.32.4";

    /** An OpenAPI v2 document that says {@code swagger: 2.0} and nothing else, in the only form that clients take. */
    private static final byte[] OPENAPI_V2 = {0x0a, 0x03, 0x32, 0x2e, 0x30};

    private static final ContentType OPENAPI_V2_TYPE =
            ContentTypes.create(MediaTypes.applicationBinary("com.github.proto-openapi.spec.v2.v1.0+protobuf", false));

    private final KubeSettings settings;
    private final Materializer materializer;
    private final Executor executor;
    private final OpenApi openApi = new OpenApi();
    private final Reads reads;
    private final Writes writes;
    private final Watches watches;
    private final Semaphore turns;

    /** @param executor where everything runs that may take a while */
    public KubeApi(KubeBackend backend, KubeSettings settings, Materializer materializer, Executor executor) {
        this.settings = settings;
        this.materializer = materializer;
        this.executor = executor;
        this.turns = new Semaphore(settings.writesMax());
        InstantSource clock = InstantSource.system();
        Conditions conditions = new Conditions(backend, clock);
        ObjectViews objects = new ObjectViews(backend, conditions);
        Events events = new Events(settings.eventsMax());
        WatchHub hub = new WatchHub(backend, objects, conditions, new Notices(events, clock));
        EventLists lists = new EventLists(events, backend.eventTalk(), settings.eventsTimeout(), executor);
        this.reads = new Reads(backend, objects, hub, lists, settings);
        this.writes = new Writes(backend, objects, new WriteReplies(backend, objects), clock);
        this.watches = new Watches(hub, lists, reads, settings, materializer);
        hub.start();
    }

    /** Whether a path belongs to the protocol. */
    public static boolean serves(String path) {
        String first = path.split("/", 3).length > 1 ? path.split("/", 3)[1] : "";
        return List.of("api", "apis", "openapi", "version").contains(first);
    }

    /** Answers a request whose path {@linkplain #serves belongs to} the protocol. Never fails. */
    public CompletionStage<HttpResponse> answer(HttpRequest request) {
        return CompletableFuture.supplyAsync(() -> route(request), executor)
                .thenCompose(Function.identity())
                .exceptionally(failure -> explain(request, failure));
    }

    /** The answer to a request that may not be handled. */
    public static HttpResponse refusal(HttpRequest request, int status, String detail) {
        String reason =
                switch (status) {
                    case 401 -> "Unauthorized";
                    case 403 -> "Forbidden";
                    case 429 -> "TooManyRequests";
                    default -> "BadRequest";
                };
        return KubeReplies.error(request, KubeError.of(status, reason, detail));
    }

    private static HttpResponse explain(HttpRequest request, Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof KubeError error) {
            HttpResponse reply = KubeReplies.error(request, error);
            return error.code() == 429 ? reply.addHeader(RawHeader.create("Retry-After", "1")) : reply;
        }
        LOG.error("the admin API failed", cause);
        return KubeReplies.error(request, KubeError.of(500, "InternalError", "see this node's log"));
    }

    private CompletionStage<HttpResponse> route(HttpRequest request) {
        List<String> path = List.of(
                request.getUri().path().substring(1).replaceAll("/$", "").split("/"));
        if (SelfReviews.serves(path) && request.method().equals(HttpMethods.POST)) {
            KubeRequest review = new KubeRequest(request, Optional.empty(), "v1", "", "", "");
            return writing(
                    review, body -> CompletableFuture.completedFuture(SelfReviews.answer(review, path.get(3), body)));
        }
        boolean core = path.get(0).equals("api");
        if (core || path.get(0).equals("apis")) {
            int before = core ? 2 : 3;
            if (path.size() > before) {
                String group = core ? "" : path.get(1);
                return resources(
                        KubeRequest.of(request, group, path.get(before - 1), path.subList(before, path.size())));
            }
        }
        if (!request.method().equals(HttpMethods.GET) && !request.method().equals(HttpMethods.HEAD)) {
            throw notAllowed(request);
        }
        request.discardEntityBytes(materializer);
        return CompletableFuture.completedFuture(
                switch (path.get(0)) {
                    case "api", "apis" -> discovery(request, core, path);
                    case "version" -> version(request);
                    default -> openApi(path);
                });
    }

    private static HttpResponse discovery(HttpRequest request, boolean core, List<String> path) {
        if (path.size() == 1) {
            String accept =
                    request.getHeader("Accept").map(header -> header.value()).orElse("");
            if (accept.contains("as=" + Discovery.AGGREGATED)) {
                String version = accept.contains("v=v2;") || accept.contains("v=v2,") ? "v2" : "v2beta1";
                ContentType type = ContentTypes.parse(
                        "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=" + Discovery.AGGREGATED);
                return KubeReplies.of(200, type, AdminJson.compact(Discovery.aggregated(core, version)));
            }
            return KubeReplies.json(request, 200, core ? Discovery.coreVersions() : Discovery.groupList());
        }
        String group = core ? "" : path.get(1);
        if (!ApiResources.groups().contains(group)) {
            throw KubeError.noSuchPath();
        }
        if (!core && path.size() == 2) {
            return KubeReplies.json(request, 200, Discovery.group(group));
        }
        String version = path.get(path.size() - 1);
        if (!ApiResources.versions(group).contains(version)) {
            throw KubeError.noSuchPath();
        }
        return KubeReplies.json(request, 200, Discovery.resourceList(group, version));
    }

    private static HttpResponse version(HttpRequest request) {
        ObjectNode version = JsonNodeFactory.instance.objectNode();
        version.put("major", "1")
                .put("minor", "32")
                .put("gitVersion", PROTOCOL + "+convergate")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "none")
                .put("compiler", "none")
                .put("platform", System.getProperty("os.name").toLowerCase(Locale.ROOT) + "/jvm");
        return KubeReplies.json(request, 200, version);
    }

    private HttpResponse openApi(List<String> path) {
        String rest = String.join("/", path.subList(1, path.size()));
        if (rest.equals("v2")) {
            return KubeReplies.of(200, OPENAPI_V2_TYPE, OPENAPI_V2.clone());
        }
        byte[] document = rest.equals("v3")
                ? openApi.index()
                : rest.startsWith("v3/")
                        ? openApi.document(rest.substring(3)).orElseThrow(KubeError::noSuchPath)
                        : Optional.<byte[]>empty().orElseThrow(KubeError::noSuchPath);
        HttpResponse reply = KubeReplies.of(200, ContentTypes.APPLICATION_JSON, document);
        return rest.equals("v3") ? reply : reply.addHeader(RawHeader.create("Cache-Control", "public, immutable"));
    }

    private CompletionStage<HttpResponse> resources(KubeRequest request) {
        String method = request.http().method().value();
        boolean list = request.name().isEmpty();
        if (method.equals("GET") || method.equals("HEAD")) {
            request.http().discardEntityBytes(materializer);
            if (!request.subresource().isEmpty() && !request.subresource().equals("status")) {
                throw KubeError.noSuchPath();
            }
            return request.flag("watch") ? watches.open(request) : list ? reads.list(request) : reads.one(request);
        }
        if (!request.subresource().isEmpty()) {
            throw KubeError.of(405, "MethodNotAllowed", "status is derived by each node (expected: no write of it)");
        }
        boolean ofAllNamespaces = list
                && request.namespace().isEmpty()
                && request.kind().map(Kind::scope).orElse(Kind.Scope.NAMESPACE) == Kind.Scope.NAMESPACE;
        if (request.kind().isEmpty() || ofAllNamespaces) {
            throw notAllowed(request.http());
        }
        return switch (method) {
            case "POST" -> {
                if (!list) {
                    throw notAllowed(request.http());
                }
                yield writing(request, body -> writes.create(request, body));
            }
            case "PUT" -> {
                if (list) {
                    throw notAllowed(request.http());
                }
                yield writing(request, body -> writes.replace(request, body));
            }
            case "PATCH" -> {
                if (list) {
                    throw notAllowed(request.http());
                }
                yield writing(request, body -> writes.patch(request, body));
            }
            case "DELETE" ->
                writing(
                        request,
                        body -> list
                                ? writes.deleteAll(request, options(body))
                                : writes.delete(request, options(body)));
            default -> throw notAllowed(request.http());
        };
    }

    /** What a deletion says beside its path. Options in another form than JSON are the defaults of a client. */
    private static JsonNode options(byte[] body) {
        try {
            return body.length == 0 ? JsonNodeFactory.instance.missingNode() : AdminJson.readTree(body);
        } catch (IOException e) {
            throw KubeError.badRequest("DeleteOptions (expected: JSON)");
        }
    }

    private static KubeError notAllowed(HttpRequest request) {
        return KubeError.of(
                405,
                "MethodNotAllowed",
                "the server does not allow this method on the requested resource: "
                        + request.method().value());
    }

    private CompletionStage<HttpResponse> writing(
            KubeRequest request, Function<byte[], CompletionStage<HttpResponse>> write) {
        if (!turns.tryAcquire()) {
            request.http().discardEntityBytes(materializer);
            throw KubeError.of(
                    429, "TooManyRequests", settings.writesMax() + " writes at once (expected: fewer; try again)");
        }
        return request.http()
                .entity()
                .withSizeLimit(settings.bodyBytesMax())
                .toStrict(settings.bodyTimeout().toMillis(), materializer)
                .thenApply(strict -> strict.getData().toArrayUnsafe())
                .exceptionally(failure -> {
                    throw unreadable(failure);
                })
                .thenComposeAsync(write, executor)
                .whenComplete((reply, failure) -> turns.release());
    }

    private KubeError unreadable(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof EntityStreamSizeException) {
            return KubeError.of(
                    413,
                    "RequestEntityTooLarge",
                    "a body of more than " + settings.bodyBytesMax() + " bytes (expected: at most that)");
        }
        if (cause instanceof TimeoutException) {
            return KubeError.of(
                    408,
                    "Timeout",
                    "the body took longer than " + settings.bodyTimeout().toSeconds() + "s");
        }
        return KubeError.badRequest("the body cannot be read: " + cause.getMessage());
    }
}
