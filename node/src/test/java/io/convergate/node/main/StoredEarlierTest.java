package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.config.ActivationReport;
import io.convergate.config.Change;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.Plan;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ReplicatedConfigSettings;
import io.convergate.config.SubmitResult;
import io.convergate.routing.model.Resource;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory in which an older version stored what this one would refuse. */
class StoredEarlierTest {
    private static final String PATH = "/apis/networking.istio.io/v1/namespaces/default/virtualservices/r";
    private static final String GATEWAY = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: gw}
            spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
            """;
    private static final String ROUTE = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: r}
            spec:
              hosts: [r.io]
              gateways: [gw]
              http: [{redirect: {uri: foo}}]
            """;

    @TempDir
    static Path directory;

    /** Writes as an older version would have: what is admitted is not asked. */
    private static void store(String... documents) throws Exception {
        ResourceReader reader = new ResourceReader(ReadSettings.DEFAULTS);
        List<Edit> edits = new ArrayList<>();
        for (String text : documents) {
            ReadDocument document = reader.read(text.getBytes(StandardCharsets.UTF_8))
                    .documents()
                    .get(0);
            byte[] stamped = reader.stamp(document.canonical(), Instant.EPOCH, "uid-" + edits.size(), 1, new byte[0]);
            Resource resource = reader.parseCanonical(stamped);
            edits.add(new Edit.Put(resource.key(), Content.copyOf(stamped)));
        }
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ReplicatedConfigSettings settings =
                ReplicatedConfigSettings.of("test", "127.0.0.1", port, List.of(), directory.resolve("data"));
        try (ReplicatedConfig config = ReplicatedConfig.open(settings, (view, past) -> ActivationReport.served())) {
            SubmitResult<String> result = config.<String>submit(
                            view -> new Plan.Accept<>(new Change(edits, "", ""), ""))
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(result).isInstanceOf(SubmitResult.Accepted.class);
        }
    }

    @Test
    void whatAnEarlierVersionAcceptedIsServedAndSaysSoAndIsNotTakenAgain() throws Exception {
        store(GATEWAY, ROUTE);
        try (TestNode node = new TestNode(directory.resolve("data"))) {
            JsonNode explained = node.get("/explain?url=http://r.io/").json();
            assertThat(explained.toString()).contains("301 to http://r.io/foo");
            JsonNode conditions = node.get(PATH).json().at("/status/conditions");
            assertThat(conditions.findValuesAsText("type")).contains("Valid", "Programmed");
            conditions.forEach(condition -> {
                boolean valid = !condition.path("type").asText().equals("Valid");
                assertThat(condition.path("status").asText())
                        .as(condition.toString())
                        .isEqualTo(valid ? "True" : "False");
                assertThat(condition.path("reason").asText().equals("AcceptedEarlier"))
                        .isNotEqualTo(valid);
            });
            assertThat(node.get("/status").text()).contains("AcceptedEarlier").contains("another version accepted it");

            JsonNode analysed =
                    node.post("/analyze", GATEWAY.replace("gw", "other")).json().path("problems");
            assertThat(analysed.findValuesAsText("severity")).containsOnly("warning");
            assertThat(analysed.findValuesAsText("code")).contains("AcceptedEarlier");

            assertThat(node.post("/apply", ROUTE).status()).isEqualTo(422);
            assertThat(node.post("/apply?wait=all", ROUTE.replace("uri: foo", "uri: /foo"))
                            .status())
                    .isLessThan(300);
            assertThat(node.get(PATH).text()).doesNotContain("AcceptedEarlier");
        }
    }
}
