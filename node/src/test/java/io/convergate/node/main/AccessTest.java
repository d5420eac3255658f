package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.config.tls.Authorities;
import io.convergate.config.tls.TlsContexts;
import io.convergate.node.admin.access.AccessSettings;
import io.convergate.node.admin.access.Role;
import io.convergate.node.admin.access.Tokens;
import io.convergate.node.main.TestNode.Answer;
import io.convergate.node.main.certs.Authority;
import io.convergate.node.main.certs.PemFiles;
import io.convergate.routing.tls.TlsCredential;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An admin API with TLS, tokens and client certificates, from outside. */
class AccessTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Authority CA = Authority.create("test authority", DAY);
    private static final Tokens.Made VIEWER = Tokens.make("vic", Role.VIEW, Optional.empty());
    private static final Tokens.Made EDITOR = Tokens.make("ed", Role.EDIT, Optional.empty());
    private static final Tokens.Made ADMIN = Tokens.make("ada", Role.ADMIN, Optional.empty());
    private static final String SECRET =
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s%s}\nstringData: {password: hunter2}";
    private static final String MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: b}";

    @TempDir
    private static Path directory;

    private static Path tokens;
    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        tokens = directory.resolve("tokens");
        Files.writeString(tokens, VIEWER.line() + "\n" + EDITOR.line() + "\n" + ADMIN.line() + "\n");
        PemFiles.write(directory, "ca", CA.own());
        PemFiles.write(directory, "node", nodeCertificate(CA));
        node = new TestNode(
                directory.resolve("data"),
                new AccessSettings(
                        Optional.of(directory.resolve("node.crt")),
                        Optional.of(directory.resolve("node.key")),
                        Optional.of(directory.resolve("ca.crt")),
                        Optional.of(tokens),
                        AccessSettings.Trust.LOOPBACK,
                        Set.of(),
                        false),
                client(Optional.empty(), CA));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static TlsCredential nodeCertificate(Authority authority) {
        return authority.issue("CN=node", Authority.Purpose.NODE, List.of("127.0.0.1", "localhost"), DAY);
    }

    private static HttpClient client(Optional<TlsCredential> own, Authority trusted) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TlsContexts.of(
                        own, Optional.of(new Authorities(List.of(trusted.own().certificate())))))
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "nobody, GET,    /livez,                                200",
        "nobody, GET,    /metrics,                              200",
        "nobody, GET,    /status,                               401",
        "nobody, POST,   /apply,                                401",
        "nobody, GET,    /nowhere,                              401",
        "wrong,  GET,    /livez,                                200",
        "wrong,  GET,    /status,                               401",
        "view,   GET,    /status,                               200",
        "view,   GET,    /nowhere,                              404",
        "view,   POST,   /apply,                                403",
        "view,   DELETE, /api/v1/namespaces/default/secrets/x,  403",
        "edit,   POST,   /apply,                                200",
        "edit,   DELETE, /api/v1/namespaces/default/secrets/x,  403",
        "admin,  DELETE, /api/v1/namespaces/default/secrets/x,  404"
    })
    void whoMayDoWhat(String who, String method, String path, int status) {
        var request = node.request(path).method(method, BodyPublishers.ofString(path.equals("/apply") ? MAP : ""));
        request.header("Content-Type", "application/yaml");
        switch (who) {
            case "wrong" -> request.header("Authorization", "Bearer cvg_wrong");
            case "view" -> request.header("Authorization", "Bearer " + VIEWER.token());
            case "edit" -> request.header("Authorization", "bearer " + EDITOR.token());
            case "admin" -> request.header("Authorization", "Bearer " + ADMIN.token());
            default -> {
                // Nobody.
            }
        }

        Answer answer = node.send(request);

        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        if (status == 401) {
            assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer realm=\"convergate\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "view,  get,    '',                  secrets,   '',      true",
        "view,  create, networking.istio.io, gateways,  '',      false",
        "edit,  create, networking.istio.io, gateways,  '',      true",
        "edit,  delete, '',                  secrets,   '',      false",
        "admin, delete, '',                  secrets,   '',      true",
        "edit,  *,      *,                   *,         '',      false",
        "admin, *,      *,                   *,         '',      true",
        "admin, create, '',                  pods,      '',      false",
        "admin, create, '',                  events,    '',      false",
        "view,  list,   '',                  events,    '',      true",
        "admin, update, networking.istio.io, gateways,  status,  false",
        "view,  get,    networking.istio.io, gateways,  status,  true",
        "admin, use,    networking.istio.io, gateways,  '',      false"
    })
    void aCallerIsToldWhatHeMayDo(
            String who, String verb, String group, String resource, String subresource, boolean allowed) {
        String asked = "{\"spec\": {\"resourceAttributes\": {\"namespace\": \"default\", \"verb\": \"" + verb
                + "\", \"group\": \"" + group + "\", \"resource\": \"" + resource + "\", \"subresource\": \""
                + subresource + "\"}}}";
        Answer answer = review("authorization.k8s.io/v1/selfsubjectaccessreviews", asked, who);

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.json().at("/status/allowed").asBoolean())
                .as(answer.text())
                .isEqualTo(allowed);
    }

    @Test
    void aCallerIsToldWhoHeIsAndAllHeMayDo() {
        Answer who = review("authentication.k8s.io/v1/selfsubjectreviews", "{}", "edit");
        Answer rules =
                review("authorization.k8s.io/v1/selfsubjectrulesreviews", "{\"spec\": {\"namespace\": \"a\"}}", "edit");
        Answer path = review(
                "authorization.k8s.io/v1/selfsubjectaccessreviews",
                "{\"spec\": {\"nonResourceAttributes\": {\"path\": \"/apply\", \"verb\": \"post\"}}}",
                "view");
        Answer nothing = review("authorization.k8s.io/v1/selfsubjectaccessreviews", "{\"spec\": {}}", "view");

        assertThat(who.json().at("/status/userInfo/username").asText()).isEqualTo("ed");
        assertThat(who.json().at("/status/userInfo/groups").toString())
                .contains("convergate:edit", "system:authenticated");
        assertThat(rules.json().at("/status/nonResourceRules/1/nonResourceURLs").toString())
                .contains("/apply")
                .doesNotContain("/reseal");
        assertThat(path.json().at("/status/allowed").asBoolean(true)).isFalse();
        assertThat(nothing.status()).isEqualTo(400);
    }

    private static Answer review(String path, String body, String who) {
        Tokens.Made token = who.equals("view") ? VIEWER : who.equals("edit") ? EDITOR : ADMIN;
        return node.send(node.request("/apis/" + path)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token.token())
                .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void secretsAreForAdminsInWhateverChangeTheyCome() {
        String secret = SECRET.formatted(1);
        Answer refused = node.post("/apply", MAP + "\n---\n" + secret, bearer(EDITOR));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).contains("ed has the role edit (expected: admin, for secret/default/s1)");
        assertThat(node.post("/apply", secret, bearer(ADMIN)).status()).isEqualTo(200);
        assertThat(node.post("/delete", secret, bearer(EDITOR)).status()).isEqualTo(403);

        String path = "/api/v1/namespaces/default/secrets/s1";
        assertThat(node.get(path, bearer(ADMIN)).json().at("/data/password").asText())
                .isEqualTo("aHVudGVyMg==");
        String hidden =
                node.get(path, bearer(EDITOR)).json().at("/data/password").asText();
        assertThat(hidden).startsWith("(hidden ");
        assertThat(node.get("/api/v1/secrets", bearer(VIEWER)).text())
                .contains("\"s1\"")
                .doesNotContain("aHVudGVyMg==");
        assertThat(node.post(
                                "/apply",
                                SECRET.formatted(1)
                                        .replace(
                                                "stringData: {password: hunter2}",
                                                "data: {password: \"" + hidden + "\"}"),
                                bearer(ADMIN))
                        .status())
                .as("what is shown in place of a value cannot be written back")
                .isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/namespaces/default/secrets/s4,             application/json",
        "/api/v1/namespaces/default/secrets/s4,             application/yaml",
        "/api/v1/secrets,                                   application/json",
        "/api/v1/secrets?includeObject=Object,              application/json;as=Table;v=v1;g=meta.k8s.io",
        "/api/v1/secrets?watch=true&timeoutSeconds=1,       application/json",
        "/api/v1/secrets?watch=true&timeoutSeconds=1&includeObject=Object, application/json;as=Table;v=v1;g=meta.k8s.io",
        "/diff?from=FROM,                                   application/json",
        "/blame?resource=secret/s4,                         application/json",
        "/status,                                           application/json",
        "/metrics,                                          text/plain",
        "/backup,                                           application/yaml"
    })
    void valuesOfSecretsAreShownNowhereElse(String path, String accept) {
        String from = node.get("/status", bearer(ADMIN)).json().at("/revision").asText();
        String annotated = SECRET.formatted(4)
                .replace(
                        "name: s4",
                        "name: s4, annotations: {kubectl.kubernetes.io/last-applied-configuration: hunter2}");
        assertThat(node.post("/apply", annotated, bearer(ADMIN)).status()).isEqualTo(200);

        Answer answer =
                node.get(path.replace("FROM", from), "Authorization", "Bearer " + EDITOR.token(), "Accept", accept);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("hunter2").doesNotContain("aHVudGVyMg");
        if (path.contains("secrets") && !accept.contains("Table")) {
            assertThat(answer.text()).contains("(hidden ");
        }
        assertThat(node.post("/delete", SECRET.formatted(4), bearer(ADMIN)).status())
                .isEqualTo(200);
    }

    @Test
    void aBackupHasSecretsForAdminsAlone() {
        assertThat(node.post("/apply", MAP + "\n---\n" + SECRET.formatted(3), bearer(ADMIN))
                        .status())
                .isEqualTo(200);

        assertThat(node.get("/backup?secrets=true", bearer(EDITOR)).status()).isEqualTo(403);
        Answer without = node.get("/backup", bearer(ADMIN));
        Answer whole = node.get("/backup?secrets=true", bearer(ADMIN));
        assertThat(without.text()).contains("configuration without its").doesNotContain("kind: Secret");
        assertThat(whole.text()).contains("The whole configuration", "aHVudGVyMg==");
        assertThat(node.post("/restore?replace=true", without.text(), bearer(EDITOR))
                        .status())
                .as("Secrets stay, so this needs no admin")
                .isEqualTo(200);
        assertThat(node.get("/api/v1/namespaces/default/secrets/s3", bearer(VIEWER))
                        .status())
                .isEqualTo(200);
        assertThat(node.post("/restore?replace=true&secrets=true", without.text(), bearer(EDITOR))
                        .status())
                .isEqualTo(403);
        assertThat(node.post("/restore?replace=true&secrets=true", MAP, bearer(ADMIN))
                        .status())
                .isEqualTo(200);
        assertThat(node.get("/api/v1/namespaces/default/secrets/s3", bearer(VIEWER))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aChangeIsByTheOneWhoProvedItWhateverHeSays() {
        assertThat(node.post("/apply?author=somebody", MAP.replace("b}", "c}"), bearer(EDITOR))
                        .status())
                .isEqualTo(200);

        assertThat(node.get("/history?limit=1", bearer(VIEWER))
                        .json()
                        .at("/changes/0/author")
                        .asText())
                .isEqualTo("ed");
    }

    @Test
    void aClientCertificateSaysWhoAndWhat() throws Exception {
        HttpClient ada = client(Optional.of(clientCertificate(CA, "O=convergate:admin,CN=ada")), CA);
        HttpClient vic = client(Optional.of(clientCertificate(CA, "O=convergate:view,O=staff,CN=vic")), CA);
        HttpClient none = client(Optional.of(clientCertificate(CA, "O=staff,CN=nobody")), CA);
        var apply = node.request("/apply").header("Content-Type", "application/yaml");
        apply.POST(BodyPublishers.ofString(SECRET.formatted(2)));

        assertThat(TestNode.send(ada, apply).status()).isEqualTo(200);
        assertThat(TestNode.send(vic, apply).status()).isEqualTo(403);
        assertThat(TestNode.send(none, node.request("/status")).text()).contains("names no role");
        assertThat(TestNode.send(none, node.request("/livez")).status()).isEqualTo(200);
        assertThat(TestNode.send(
                                vic,
                                node.request("/apply", bearer(ADMIN))
                                        .header("Content-Type", "application/yaml")
                                        .POST(BodyPublishers.ofString(MAP)))
                        .status())
                .as("a token counts more than a certificate")
                .isEqualTo(200);
    }

    @Test
    void aCertificateOfAStrangerIsNone() throws Exception {
        Authority stranger = Authority.create("stranger", DAY);
        HttpClient client = client(Optional.of(clientCertificate(stranger, "O=convergate:admin,CN=ada")), CA);

        assertThat(TestNode.send(client, node.request("/status")).status())
                .as("the JDK shows no certificate that the server's authority did not sign")
                .isEqualTo(401);
        assertThatThrownBy(() -> TestNode.send(client(Optional.empty(), stranger), node.request("/status")))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void tokensAndCertificatesAreExchangedWithoutARestart() throws Exception {
        Tokens.Made next = Tokens.make("next", Role.VIEW, Optional.empty());
        assertThat(node.get("/status", bearer(next)).status()).isEqualTo(401);
        Files.writeString(tokens, Files.readString(tokens) + next.line() + "\n");
        TestNode.await(() -> node.get("/status", bearer(next)).status() == 200);

        X509Certificate before = shown();
        PemFiles.write(directory, "node", nodeCertificate(CA));
        TestNode.await(() -> !shown().equals(before));
        assertThat(node.get("/livez").status())
                .as("on the connection of before")
                .isEqualTo(200);
    }

    /** The certificate that a new connection gets. */
    private static X509Certificate shown() {
        try {
            return (X509Certificate) TestNode.send(
                            client(Optional.empty(), CA), node.request("/livez").GET())
                    .response()
                    .sslSession()
                    .orElseThrow()
                    .getPeerCertificates()[0];
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static TlsCredential clientCertificate(Authority authority, String subject) {
        return authority.issue(subject, Authority.Purpose.CLIENT, List.of(), DAY);
    }

    private static String[] bearer(Tokens.Made token) {
        return new String[] {"Authorization", "Bearer " + token.token()};
    }
}
