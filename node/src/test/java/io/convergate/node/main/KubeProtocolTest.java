package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.Kind;
import io.convergate.node.main.TestNode.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Kubernetes' protocol where kubectl does not show it: errors, pages, versions, watches, documents. */
@Timeout(60)
class KubeProtocolTest {
    private static final String ISTIO = "/apis/networking.istio.io/v1/";
    private static final String GATEWAYS = ISTIO + "namespaces/default/gateways";
    private static final String MERGE = "application/merge-patch+json";
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    @TempDir
    private static Path directory;

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory.resolve("data"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @AfterEach
    void deleteEverything() {
        assertThat(node.send(node.request(GATEWAYS).DELETE()).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /apis/nowhere/v1                                  | 404 | NotFound",
                "GET    | /apis/networking.istio.io/v2/gateways             | 404 | NotFound",
                "GET    | /apis/networking.istio.io/v1/secrets              | 404 | NotFound",
                "GET    | /api/v1/namespaces/default/namespaces/x           | 404 | NotFound",
                "GET    | /apis/networking.istio.io/v1/gateways/x           | 404 | NotFound",
                "GET    | {gateways}/none                                   | 404 | NotFound",
                "GET    | {gateways}?resourceVersion=nonsense               | 400 | BadRequest",
                "GET    | {gateways}?resourceVersion=0123456789abcdef.7     | 410 | Expired",
                "GET    | {gateways}?watch=true&resourceVersion=0123456789abcdef.7 | 410 | Expired",
                "GET    | {gateways}?continue=nonsense                      | 400 | BadRequest",
                "GET    | {gateways}?labelSelector=a=b=c                    | 400 | BadRequest",
                "GET    | {gateways}?fieldSelector=spec.x=y                 | 400 | BadRequest",
                "GET    | {gateways}?limit=many                             | 400 | BadRequest",
                "PATCH  | {gateways}                                        | 405 | MethodNotAllowed",
                "POST   | {gateways}/x                                      | 405 | MethodNotAllowed",
                "DELETE | /api/v1/configmaps                                | 405 | MethodNotAllowed",
                "POST   | /apis/networking.istio.io/v1/gateways             | 405 | MethodNotAllowed",
                "PUT    | {gateways}/x/status                               | 405 | MethodNotAllowed",
                "DELETE | {gateways}/none                                   | 404 | NotFound",
                "DELETE | /api                                              | 405 | MethodNotAllowed",
                "DELETE | /api/v1/namespaces/default/events                 | 405 | MethodNotAllowed",
                "POST   | {gateways}                                        | 415 | UnsupportedMediaType",
                "POST   | {gateways}?fieldValidation=maybe                  | 415 | UnsupportedMediaType"
            })
    void errorsAreStatusesOfKubernetes(String method, String path, int code, String reason) {
        Answer answer = node.send(node.request(path.replace("{gateways}", GATEWAYS))
                .method(method, method.equals("POST") ? BodyPublishers.ofString("x") : BodyPublishers.noBody()));

        assertThat(answer.json().path("kind").asText()).as(answer.text()).isEqualTo("Status");
        assertThat(answer.json().path("reason").asText()).as(answer.text()).isEqualTo(reason);
        assertThat(answer.status()).isEqualTo(code);
        assertThat(answer.json().path("code").asInt()).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: front}                                   | True Accepted ",
                "{name: front, sectionName: http}, {name: front, sectionName: none} | True Accepted front/none: ",
                "{name: front, sectionName: none}                | False NoMatchingParent front/none: ",
                "{name: nowhere}                                 | False NoMatchingParent no parent is a Gateway",
            })
    void aRouteIsAcceptedIfAnyOfItsParentsAcceptsIt(String parents, String expected) {
        String written = """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: c}
                spec: {controllerName: convergate.io/gateway}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: front}
                spec: {gatewayClassName: c, listeners: [{name: http, port: 80, protocol: HTTP}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r}
                spec: {parentRefs: [%s], rules: [{}]}
                """.formatted(parents);
        assertThat(node.post("/apply?wait=all", written).status()).isLessThan(300);

        JsonNode conditions = node.get("/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes/r")
                .json()
                .at("/status/conditions");
        List<String> accepted = new ArrayList<>();
        conditions.forEach(condition -> {
            if (condition.path("type").asText().equals("Accepted")) {
                accepted.add(condition.path("status").asText() + " "
                        + condition.path("reason").asText() + " "
                        + condition.path("message").asText());
            }
        });
        assertThat(accepted).singleElement().asString().startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing | False TargetNotFound spec.targetRefs[0].name: none (expected: a Service of namespace default",
                "older   | True Accepted",
                "younger | False Conflicted spec.targetRefs[0]: Service s is as the older HealthCheckPolicy default/older says",
                "partly  | True Accepted spec.targetRefs[0].name: nobody (expected: a Service of namespace default",
            })
    void aPolicyThatActsOnNothingIsNotAccepted(String name, String expected) {
        String policies = "/apis/convergate.io/v1/namespaces/default/healthcheckpolicies";
        String policy = """
                apiVersion: convergate.io/v1
                kind: HealthCheckPolicy
                metadata: {name: %s}
                spec: {targetRefs: [%s], tcp: {}}
                ---
                """;
        String target = "{kind: Service, name: %s}";
        String services = "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n---\n"
                + "apiVersion: v1\nkind: Service\nmetadata: {name: t}\nspec: {ports: [{port: 80}]}\n---\n";
        assertThat(node.post("/apply?wait=all", services + policy.formatted("older", target.formatted("s")))
                        .status())
                .isLessThan(300);
        assertThat(node.post(
                                "/apply?wait=all",
                                policy.formatted("missing", target.formatted("none"))
                                        + policy.formatted("younger", target.formatted("s"))
                                        + policy.formatted(
                                                "partly", target.formatted("nobody") + ", " + target.formatted("t")))
                        .status())
                .isLessThan(300);

        JsonNode accepted = node.get(policies + "/" + name).json().at("/status/conditions/0");
        assertThat(accepted.path("type").asText()).isEqualTo("Accepted");
        assertThat(accepted.path("status").asText() + " "
                        + accepted.path("reason").asText() + " "
                        + accepted.path("message").asText())
                .startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Strict | {\"kind\":\"Gateway\",\"kind\":\"Gateway\"}   | 400 | duplicate field \"kind\"",
                "Warn   | nonsense                                      | 400 | no JSON",
                "Warn   | []                                            | 400 | no mapping",
                "Warn   | {\"metadata\":7}                              | 400 | metadata",
                "Warn   | {\"metadata\":{}}                             | 400 | metadata.name is empty",
                "Warn   | {\"kind\":\"Service\"}                        | 400 | expected: Gateway",
                "Warn   | {\"metadata\":{\"name\":\"x\",\"namespace\":\"y\"}} | 400 | namespace",
                "Warn   | {\"metadata\":{\"name\":\"x\",\"resourceVersion\":\"1\"}} | 400 | resourceVersion should not be set",
                "Warn   | {\"metadata\":{\"name\":\"x\"}}               | 422 | is invalid: spec"
            })
    void bodiesThatCannotBeTakenSayWhy(String validation, String body, int code, String message) {
        Answer answer = post(GATEWAYS + "?fieldValidation=" + validation, "application/json", body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(code);
        assertThat(answer.json().path("message").asText()).contains(message);
    }

    @Test
    void everyCauseOfAnInvalidResourceIsListedWithItsField() {
        Answer answer = post(GATEWAYS, "application/yaml", gateway("web", 99999).replace("HTTP", "SMTP"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/details/causes").findValuesAsText("field"))
                .contains("spec.servers[0].port.protocol");
        assertThat(answer.json().at("/details/name").asText()).isEqualTo("web");
    }

    @Test
    void pagesOfOneListComeFromOneRevisionWhateverIsWrittenMeanwhile() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            create(name);
        }

        JsonNode first = node.get(GATEWAYS + "?limit=2").json();
        node.send(node.request(GATEWAYS + "/d").DELETE());
        create("f");
        JsonNode second = node.get(GATEWAYS + "?limit=2&continue="
                        + first.at("/metadata/continue").asText())
                .json();
        JsonNode third = node.get(GATEWAYS + "?limit=2&continue="
                        + second.at("/metadata/continue").asText())
                .json();

        assertThat(first.at("/metadata/remainingItemCount").asInt()).isEqualTo(3);
        assertThat(names(first)).containsExactly("a", "b");
        assertThat(names(second)).containsExactly("c", "d");
        assertThat(names(third)).containsExactly("e");
        assertThat(third.at("/metadata").has("continue")).isFalse();
        assertThat(second.at("/metadata/resourceVersion")).isEqualTo(first.at("/metadata/resourceVersion"));
    }

    @Test
    void pagesAcrossNamespacesLeaveNothingOut() {
        String maps = "/api/v1/configmaps";
        for (String namespace : List.of("a", "a-b", "a0")) {
            assertThat(post(
                                    "/api/v1/namespaces/" + namespace + "/configmaps",
                                    "application/json",
                                    "{\"metadata\":{\"name\":\"m\"}}")
                            .status())
                    .isEqualTo(201);
        }

        List<String> namespaces = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = node.get(maps + "?limit=1" + next).json();
            namespaces.add(page.at("/items/0/metadata/namespace").asText());
            next = "&continue=" + page.at("/metadata/continue").asText();
        } while (!next.equals("&continue="));

        assertThat(namespaces).containsExactly("a", "a-b", "a0");
        for (String namespace : namespaces) {
            String all = "/api/v1/namespaces/" + namespace + "/configmaps";
            assertThat(node.send(node.request(all).DELETE()).status()).isEqualTo(200);
        }
    }

    @Test
    void aWatchBeginsWhereTheListEnded() throws Exception {
        create("before");
        JsonNode list = node.get(GATEWAYS).json();
        create("after");
        node.send(node.request(GATEWAYS + "/before").DELETE());

        String events = node.get(GATEWAYS + "?watch=true&timeoutSeconds=1&resourceVersion="
                        + list.at("/metadata/resourceVersion").asText().replace("~", "%7E"))
                .text();

        assertThat(events.lines().map(KubeProtocolTest::summary)).contains("ADDED after", "DELETED before");
        assertThat(events.lines().map(KubeProtocolTest::summary)).doesNotContain("ADDED before");
    }

    /** What kubectl wait relies on: the status may have changed between its list and its watch. */
    @Test
    void whatWasDerivedSinceTheListIsTold() {
        create("web");
        JsonNode list = node.get(GATEWAYS).json();
        String seen = list.at("/metadata/resourceVersion").asText();
        String stale = seen.substring(0, seen.indexOf('~')) + "~000000000000";

        String changed = watched(stale);
        TestNode.await(() -> {
            String now =
                    node.get(GATEWAYS).json().at("/metadata/resourceVersion").asText();
            return watched(now).isBlank();
        });

        assertThat(changed.lines().map(KubeProtocolTest::summary)).contains("MODIFIED web");
    }

    private static String watched(String version) {
        return node.get(GATEWAYS + "?watch=true&timeoutSeconds=1&resourceVersion=" + version.replace("~", "%7E"))
                .text();
    }

    @Test
    void aWatchThatAsksForTheBeginningGetsAllAndABookmark() {
        create("web");

        List<String> events = node.get(GATEWAYS + "?watch=true&timeoutSeconds=1&sendInitialEvents=true"
                        + "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true")
                .text()
                .lines()
                .toList();

        assertThat(summary(events.get(0))).isEqualTo("ADDED web");
        assertThat(events).anyMatch(line -> line.contains("BOOKMARK") && line.contains("initial-events-end"));
    }

    @Test
    void aWebSocketIsAWatchTooButNotForPagesOfOthers() throws Exception {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        WebSocket.Listener listener = new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                seen.add(text.toString());
                return WebSocket.Listener.super.onText(socket, text, last);
            }
        };
        URI path = URI.create(node.address().toString().replace("http", "ws") + GATEWAYS + "?watch=true");
        HttpClient http = HttpClient.newHttpClient();
        WebSocket socket = http.newWebSocketBuilder()
                .connectTimeout(Duration.ofSeconds(20))
                .buildAsync(path, listener)
                .join();
        create("web");
        TestNode.await(() -> seen.stream().anyMatch(text -> text.contains("ADDED")));
        socket.abort();

        CompletionStage<WebSocket> stranger = http.newWebSocketBuilder()
                .header("Origin", "http://evil.example")
                .buildAsync(path, listener);
        assertThat(stranger.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class);
    }

    @Test
    void aVersionThatWasNotSeenIsAConflictForEveryWayOfWriting() {
        create("web");
        String seen = node.get(GATEWAYS + "/web")
                .json()
                .at("/metadata/resourceVersion")
                .asText();
        assertThat(patch("web", MERGE, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                        .status())
                .isEqualTo(200);

        String lock = "\"metadata\":{\"name\":\"web\",\"resourceVersion\":\"" + seen + "\"}";
        assertThat(patch("web", MERGE, "{" + lock + "}").status()).isEqualTo(409);
        assertThat(patch("web", APPLY, "{\"kind\":\"Gateway\"," + lock + "}").status())
                .isEqualTo(409);
        Answer delete = node.send(node.request(GATEWAYS + "/web")
                .header("Content-Type", "application/json")
                .method(
                        "DELETE",
                        BodyPublishers.ofString("{\"preconditions\":{\"resourceVersion\":\"" + seen + "\"}}")));
        assertThat(delete.status()).isEqualTo(409);
        assertThat(node.get(GATEWAYS + "/web").status()).isEqualTo(200);
    }

    @Test
    void whatIsWrittenAgainUnchangedKeepsItsVersion() {
        create("web");
        JsonNode before = node.get(GATEWAYS + "/web").json();

        Answer same = node.put(GATEWAYS + "/web", gateway("web", 80));

        assertThat(version(same.json())).isEqualTo(version(before));
    }

    @Test
    void dryRunsShowWhatWouldBeAndWriteNothing() {
        Answer created = post(GATEWAYS + "?dryRun=All", "application/yaml", gateway("web", 80));
        create("there");
        Answer patched = patch("there?dryRun=All", MERGE, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        Answer deleted = node.send(node.request(GATEWAYS + "/there")
                .header("Content-Type", "application/json")
                .method("DELETE", BodyPublishers.ofString("{\"dryRun\":[\"All\"]}")));

        assertThat(created.status()).isEqualTo(201);
        assertThat(patched.json().at("/metadata/labels/a").asText()).isEqualTo("b");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(names(node.get(GATEWAYS).json())).containsExactly("there");
        assertThat(node.get(GATEWAYS + "/there").text()).doesNotContain("labels");
    }

    @Test
    void aNameCanBeLeftToTheNode() {
        String body = gateway("web", 80).replace("name: web", "generateName: web-");

        Answer created = post(GATEWAYS, "application/yaml", body);

        assertThat(created.json().at("/metadata/name").asText()).matches("web-[a-z0-9]{5}");
    }

    @Test
    void whatAnotherWayWritesTakesTheFieldsItChanges() {
        assertThat(patch("web?fieldManager=ann", APPLY, gateway("web", 80)).status())
                .isEqualTo(201);
        assertThat(node.post("/apply", gateway("web", 81)).status()).isEqualTo(200);

        Answer conflict = patch("web?fieldManager=ann", APPLY, gateway("web", 80));

        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.json().path("message").asText()).contains("conflict with \"convergate\"", ".spec.servers");
        assertThat(node.get(GATEWAYS + "/web", "Accept", "application/yaml").text())
                .doesNotContain("managedFields");
    }

    @ParameterizedTest
    @EnumSource
    void everyKindIsDiscoveredAndDescribed(Kind kind) {
        String version = kind.versions().get(0);
        boolean core = kind.group().isEmpty();
        Answer all = node.get(core ? "/api" : "/apis", "Accept", DISCOVERY);
        JsonNode openApi = node.get("/openapi/v3" + kind.path(version)).json();

        assertThat(all.header("Content-Type")).contains("as=APIGroupDiscoveryList");
        assertThat(all.text()).contains("\"resource\":\"" + kind.plural() + "\"");
        assertThat(node.get(kind.path(version)).json().findValuesAsText("name")).contains(kind.plural());
        String path = kind.path(version)
                + (kind.scope() == Kind.Scope.NAMESPACE ? "/namespaces/{namespace}/" : "/")
                + kind.plural() + "/{name}";
        JsonNode patch = openApi.path("paths").path(path).path("patch");
        assertThat(patch.path("parameters").findValuesAsText("name")).contains("fieldValidation", "dryRun");
        assertThat(patch.at("/x-kubernetes-group-version-kind/kind").asText()).isEqualTo(kind.kind());
        assertThat(openApi.at("/components/schemas").findValues("x-kubernetes-group-version-kind"))
                .anyMatch(list -> list.at("/0/kind").asText().equals(kind.kind()));
    }

    @Test
    void listsThatAreMergedSayByWhichFields() {
        JsonNode core = node.get("/openapi/v3/api/v1").json();

        JsonNode ports = core.at("/components/schemas/io.k8s.api.core.v1.Service/properties/spec/properties/ports");

        assertThat(ports.path("x-kubernetes-list-type").asText()).isEqualTo("map");
        assertThat(ports.path("x-kubernetes-list-map-keys")).hasSize(2);
        assertThat(ports.at("/items/properties/targetPort/x-kubernetes-int-or-string")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void theIndexOfOpenApiChangesWithItsDocuments() {
        JsonNode index = node.get("/openapi/v3").json();

        String url = index.path("paths")
                .path("apis/networking.istio.io/v1")
                .path("serverRelativeURL")
                .asText();

        assertThat(url).matches("/openapi/v3/apis/networking.istio.io/v1\\?hash=[0-9a-f]{32}");
        assertThat(node.get(url).header("Cache-Control")).contains("immutable");
        assertThat(node.get("/openapi/v2").header("Content-Type"))
                .startsWith("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
    }

    @ParameterizedTest
    @CsvSource({"POST, application/json", "PATCH, application/merge-patch+json", "POST, application/yaml"})
    void aBodyThatIsNestedTooDeepIsRefused(String method, String type) {
        String body = "{\"metadata\":{\"name\":\"x\"},\"spec\":" + "{\"a\":".repeat(100) + "1" + "}".repeat(100) + "}";
        create("deep");
        String path = method.equals("POST") ? GATEWAYS : GATEWAYS + "/deep";
        Answer answer = node.send(
                node.request(path).header("Content-Type", type).method(method, BodyPublishers.ofString(body)));

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("reason").asText()).isEqualTo("BadRequest");
    }

    @ParameterizedTest
    @CsvSource({"253, 201", "254, 422"})
    void aNameHasABound(int length, int status) {
        String body =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + "n".repeat(length) + "\"}}";
        Answer answer = post("/api/v1/namespaces/default/configmaps", "application/json", body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    }

    @Test
    void aJsonPatchOfTooManyOperationsIsRefused() {
        create("patched");
        String operation = "{\"op\":\"test\",\"path\":\"/kind\",\"value\":\"Gateway\"},";
        Answer answer = patch(
                "patched",
                "application/json-patch+json",
                "[" + operation.repeat(10_000) + operation.substring(0, operation.length() - 1) + "]");

        assertThat(answer.status()).as(answer.text()).isIn(400, 413);
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        Answer answer = post(GATEWAYS, "application/json", "{\"a\":\"" + "x".repeat(4 << 20) + "\"}");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.json().path("reason").asText()).isEqualTo("RequestEntityTooLarge");
    }

    private static void create(String name) {
        assertThat(post(GATEWAYS, "application/yaml", gateway(name, 80)).status())
                .isEqualTo(201);
    }

    private static Answer post(String path, String type, String body) {
        return node.send(node.request(path).header("Content-Type", type).POST(BodyPublishers.ofString(body)));
    }

    private static Answer patch(String nameAndQuery, String type, String body) {
        String query = type.equals(APPLY) && !nameAndQuery.contains("fieldManager")
                ? (nameAndQuery.contains("?") ? "&" : "?") + "fieldManager=test"
                : "";
        return node.send(node.request(GATEWAYS + "/" + nameAndQuery + query)
                .header("Content-Type", type)
                .method("PATCH", BodyPublishers.ofString(body)));
    }

    private static List<String> names(JsonNode list) {
        return list.path("items").findValues("metadata").stream()
                .map(metadata -> metadata.path("name").asText())
                .toList();
    }

    private static String version(JsonNode object) {
        return object.at("/metadata/resourceVersion").asText().replaceAll("~.*", "");
    }

    private static String summary(String line) {
        if (line.isBlank()) {
            return "";
        }
        try {
            JsonNode event = AdminJson.readTree(line.getBytes(StandardCharsets.UTF_8));
            return event.path("type").asText() + " "
                    + event.at("/object/metadata/name").asText();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static String gateway(String name, int port) {
        return """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata:
                  name: %s
                spec:
                  selector:
                    istio: ingressgateway
                  servers:
                    - port:
                        number: %d
                        name: http
                        protocol: HTTP
                      hosts: ["%s.example"]
                """.formatted(name, port, name);
    }
}
