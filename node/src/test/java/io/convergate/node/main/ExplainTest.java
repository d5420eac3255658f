package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.main.TestNode.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code explain}, from the command line to a node and back. */
@Timeout(60)
class ExplainTest {
    private static final String SHOP = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: web}
            spec:
              servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: shop}
            spec:
              hosts: [shop.example]
              gateways: [web]
              http:
              - name: api
                match: [{uri: {prefix: /api/}, headers: {k: {exact: v}}}]
                directResponse: {status: 201}
              - name: rest
                directResponse: {status: 202}
            """;

    @TempDir
    private static Path directory;

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory.resolve("data"));
        assertThat(node.post("/apply?wait=all&timeout=20s", SHOP).status()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static CommandRun run(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "explain";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--server";
        all[arguments.length + 2] = node.address().toString();
        return CommandRun.of(all);
    }

    @Test
    void theCommandPrintsEveryRouteAndWhatHappens() {
        CommandRun run = run("GET", "http://shop.example/api/v1/x", "-H", "k: w");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .contains("listener      port 80, HTTP", "virtual host  shop.example: the exact name")
                .containsPattern(
                        "no +api +VirtualService default/shop spec.http\\[0\\].match\\[0\\].*\"w\" \\(expected: v\\)")
                .containsPattern("=> +rest")
                .contains("202 with a body of 0 bytes  [DR]");
    }

    @ParameterizedTest
    @CsvSource({
        "'/explain?url=http://shop.example/api/x&header=k:%20v', 201",
        "'/explain?url=http://shop.example/api/x&header=K:v&method=PUT', 201",
        "'/explain?url=http://shop.example:80/api/%2e%2e/x', 202",
        "'/explain?url=http://shop.example:9999/&port=80', 202",
        "'/explain?url=http://other.example/', 404",
        "'/explain?url=http://shop.example:81/', 0"
    })
    void theEndpointAnswersAsTrafficWouldBeAnswered(String path, int status) {
        JsonNode explanation = node.get(path).json();

        assertThat(explanation.at("/verdict/status").asInt(-1))
                .as("%s", explanation)
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "/explain, no url",
        "/explain?url=shop, expected: http://host/path?query",
        "/explain?url=http://shop.example/%2525zz%25zz, the edge answers 400",
        "/explain?url=http://shop.example/&port=0, expected: 1 to 65535",
        "/explain?url=http://shop.example/&header=k, expected: name: value"
    })
    void aQuestionThatIsNoneIsRefusedWithTheReason(String path, String reason) {
        Answer answer = node.get(path);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains(reason);
    }

    @Test
    void whatIsProposedCountsAndIsNotApplied() throws Exception {
        Path file = Files.writeString(directory.resolve("proposed.yaml"), SHOP.replace("status: 202", "status: 203"));

        assertThat(run("http://shop.example/", "--with", file.toString()).out()).contains("203 with a body");
        assertThat(run("http://shop.example/", "--node", "test").exitCode()).isNotEqualTo(ExitCode.USAGE);
        assertThat(run("http://shop.example/").out()).contains("202 with a body");
    }

    @Test
    void aProposalThatWouldBeRefusedIsRefusedWithItsProblems() throws Exception {
        Path file = Files.writeString(directory.resolve("bad.yaml"), SHOP.replace("status: 202", "status: 99"));
        CommandRun run = run("http://shop.example/", "--with", file.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("bad.yaml:", "directResponse.status", "99 (expected: 200 to 599)");
    }

    @Test
    void filesAreAnalyzedWithoutANode() throws Exception {
        Path file = Files.writeString(
                directory.resolve("files.yaml"), SHOP.replace("gateways: [web]", "gateways: [web, gone]") + """
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: shop-too}
                spec:
                  hosts: [shop.example]
                  gateways: [web]
                  http: [{directResponse: {status: 200}}]
                """);
        String[] analyze = {"analyze", "-f", file.toString()};
        CommandRun text = CommandRun.of(analyze);
        CommandRun json = CommandRun.of("analyze", "-f", file.toString(), "-o", "json", "--fail-on", "warning");

        assertThat(text.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(text.out()).contains("[IST0101]", "gone (expected: a Gateway that exists)", "[IST0130]", "shop-too");
        assertThat(json.exitCode()).isEqualTo(ExitCode.FAILED);
        JsonNode problems = AdminJson.readTree(json.out().getBytes(StandardCharsets.UTF_8));
        assertThat(problems.findValuesAsText("code")).containsExactlyInAnyOrder("IST0101", "IST0130");
        assertThat(problems.findValuesAsText("level")).containsOnly("Warning");
    }

    @Test
    void filesAreAnalyzedTogetherWithACluster() throws Exception {
        Path inner = Files.createDirectories(directory.resolve("outer/inner"));
        Files.writeString(inner.resolve("late.yaml"), """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: zz-late}
                spec:
                  hosts: [shop.example]
                  gateways: [web]
                  http: [{match: [{uri: {prefix: /api/late}, headers: {k: {exact: v}}}], directResponse: {status: 200}}]
                """);
        String elsewhere = """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: elsewhere}
                spec: {hosts: [a.io], gateways: [nowhere], http: [{directResponse: {status: 200}}]}
                """;
        assertThat(node.post("/apply?wait=all&timeout=20s", elsewhere).status()).isEqualTo(200);
        String outer = directory.resolve("outer").toString();
        CommandRun alone = CommandRun.of("analyze", "-R", "-f", outer);
        CommandRun together = CommandRun.of(
                "analyze", "-R", "-f", outer, "--server", node.address().toString());

        assertThat(alone.out())
                .contains("web (expected: a Gateway that exists)")
                .doesNotContain("IST0130");
        assertThat(together.out())
                .contains("virtualservice/default/zz-late", "[IST0130]", "default/shop")
                .contains("virtualservice/default/elsewhere", "nowhere (expected: a Gateway that exists)")
                .doesNotContain("web (expected: a Gateway that exists)");
        assertThat(together.out()).contains("virtualservice/default/zz-late  " + inner.resolve("late.yaml"));
        assertThat(together.out().lines().filter(line -> line.contains("late.yaml")))
                .allMatch(line -> line.contains("virtualservice/default/zz-late"));
        assertThat(node.post("/delete?wait=all", elsewhere).status()).isEqualTo(200);
        assertThat(CommandRun.of("analyze", "-f", outer).exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void routeThatIsHiddenIsToldWhenItIsAppliedAndInTheStatus() {
        String late = """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: zz-hidden}
                spec:
                  hosts: [shop.example]
                  gateways: [web]
                  http: [{match: [{uri: {prefix: /api/late}, headers: {k: {exact: v}}}], directResponse: {status: 200}}]
                """;
        Answer applied = node.post("/apply?wait=all&timeout=20s", late);

        assertThat(applied.status()).isEqualTo(200);
        assertThat(applied.text()).contains("IST0130", "VirtualService default/shop spec.http[0].match[0]");
        assertThat(node.get("/status").text()).contains("IST0130", "virtualservice/default/zz-hidden");
        assertThat(node.post("/delete?wait=all", late).status()).isEqualTo(200);
        assertThat(node.get("/status").text()).doesNotContain("zz-hidden");
    }

    @Test
    void aMistakeInAFileIsAnErrorWithItsPlace() throws Exception {
        Path file = Files.writeString(directory.resolve("mistake.yaml"), SHOP.replace("status: 201", "status: 1"));
        CommandRun run = CommandRun.of("analyze", "-f", file.toString(), "-o", "json");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).contains("\"level\" : \"Error\"", "mistake.yaml:16", "1 (expected: 200 to 599)");
    }

    @Test
    void aClusterIsAnalyzed() {
        assertThat(node.post(
                                "/apply?wait=all&timeout=20s",
                                SHOP.substring(SHOP.indexOf("---")).replace("name: shop", "name: zebra"))
                        .status())
                .isEqualTo(200);
        CommandRun run = CommandRun.of("analyze", "--server", node.address().toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("virtualservice/default/zebra", "spec.http[0].match[0]", "[IST0130]");
        assertThat(node.post(
                                "/delete?wait=all",
                                "apiVersion: networking.istio.io/v1\nkind: VirtualService\n"
                                        + "metadata: {name: zebra}\nspec: {hosts: [a.io], http: [{directResponse: {status: 200}}]}")
                        .status())
                .isEqualTo(200);
    }
}
