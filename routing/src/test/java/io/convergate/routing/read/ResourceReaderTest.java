package io.convergate.routing.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.routing.TestConfig;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.SourcePosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceReaderTest {
    /** One resource of several kinds, with what may come before and behind the metadata. */
    private static final List<String> STORED = List.of("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: map, annotations: {"metadata": "{\\"metadata\\":1}"}}
            data: {a: "}", metadata: "x"}
            """, """
            apiVersion: v1
            kind: Secret
            metadata: {name: s, namespace: space, labels: {a: "ü"}, resourceVersion: "7", uid: other, generation: 9}
            stringData: {a: "é"}
            """, """
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: i}
            spec: {defaultBackend: {service: {name: a, port: {number: 80}}}}
            status: {}
            """, """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: r, creationTimestamp: "2020-01-01T00:00:00Z"}
            spec: {parentRefs: [{name: g}], rules: [{backendRefs: [{name: a, port: 80, weight: 2}]}]}
            """, """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: d}
            spec: {host: a.example, trafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}}
            """, """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: e}
            spec: {hosts: [a.example], resolution: STATIC, endpoints: [{address: 10.0.0.1}], ports: [{number: 80, name: http, protocol: HTTP}]}
            """, TestConfig.GATEWAY);

    private static final String HEAD = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata:
              name: reviews
            spec:
              hosts: [x.io]
              gateways: [gw]
              http:
            """;

    /** A rule with something inside. */
    private static String rule(String yaml) {
        return HEAD + "  - directResponse: {status: 200}\n" + yaml.indent(4);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(rule("name: &a x"), "YamlAnchor", 10, 11),
                Arguments.of(rule("name: *a"), "YamlAnchor", 10, 11),
                Arguments.of(rule("name: !!str x"), "YamlAnchor", 10, 11),
                Arguments.of(rule("<<: {name: x}"), "YamlAnchor", 10, 5),
                Arguments.of(rule("name: a\nname: b"), "DuplicateKey", 11, 5),
                Arguments.of(rule("name: yes"), "OddScalar", 10, 11),
                Arguments.of(rule("name: On"), "OddScalar", 10, 11),
                Arguments.of(rule("name: 010"), "OddScalar", 10, 11),
                Arguments.of(rule("name: 12:30"), "OddScalar", 10, 11),
                Arguments.of(rule("mirrorPercent: 010"), "OddScalar", 10, 20),
                Arguments.of(rule("mirrorPercent: 1_000"), "OddScalar", 10, 20),
                Arguments.of(rule("mirrorPercent: 0x1F"), "OddScalar", 10, 20),
                Arguments.of(rule("mirrorPercent: 190:20:30"), "OddScalar", 10, 20),
                Arguments.of(rule("match: [{ignoreUriCase: yes}]"), "OddScalar", 10, 29),
                Arguments.of(rule("match: [{headers: {no: {}}}]"), "OddScalar", 10, 24),
                Arguments.of(rule("name: 5"), "WrongType", 10, 11),
                Arguments.of(rule("mirrorPercent: \"5\""), "WrongType", 10, 20),
                Arguments.of(rule("mirrorPercent: 1.5"), "WrongType", 10, 20),
                Arguments.of(rule("match: {}"), "WrongType", 10, 12),
                Arguments.of(rule("timeout: 5"), "WrongType", 10, 14),
                Arguments.of(rule("timeout: 5 s"), "InvalidValue", 10, 14),
                Arguments.of(rule("mirrorPercent: 99999999999999999999"), "InvalidValue", 10, 20),
                Arguments.of(rule("redirects: {}"), "UnknownField", 10, 5),
                Arguments.of(rule("match: [{uri: {exact: /, prefix: /}}]"), "ConflictingFields", 10, 30),
                Arguments.of(rule("timeout: 100us"), "InvalidValue", 10, 14),
                Arguments.of(rule("match: [{uri: {regex: \"(\"}}]"), "InvalidValue", 10, 27),
                Arguments.of(rule("name: \"a"), "Syntax", 11, 1),
                Arguments.of(HEAD.replace("VirtualService", "VirtualServices"), "UnknownKind", 2, 7),
                Arguments.of(HEAD.replace("io/v1", "io/v9"), "UnknownKind", 1, 13),
                Arguments.of(HEAD.replace("  name: reviews", "  labels: {}"), "MissingField", 4, 3),
                Arguments.of("[1]", "WrongType", 1, 1));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsReportedWithItsPlace(String yaml, String code, int line, int column) {
        ReadResult result = TestConfig.read(yaml);

        assertThat(result.isAcceptable()).isFalse();
        assertThat(result.problems())
                .as("%s", result.problems())
                .filteredOn(problem -> problem.code().equals(code))
                .extracting(Problem::position)
                .contains(Optional.of(new SourcePosition(line, column)));
    }

    @Test
    void everyFaultOfADocumentIsReported() {
        assertThat(TestConfig.problems(rule("nam: x\nmatch: [{urri: {exact: /}}]\ntimeout: soon")))
                .containsExactly(
                        "10:5 error UnknownField VirtualService/default/reviews spec.http[0].nam: nam (expected: did you mean name?)",
                        "11:14 error UnknownField VirtualService/default/reviews spec.http[0].match[0].urri: urri (expected: did you mean uri?)",
                        "12:14 error InvalidValue VirtualService/default/reviews spec.http[0].timeout: soon"
                                + " (expected: a duration such as 1h, 1m30s, 250ms)")
                .hasSize(3);
    }

    @Test
    void positionsCountOverTheWholeInputAndOneBadDocumentLeavesTheOthers() {
        ReadResult result = TestConfig.read(TestConfig.GATEWAY + "kind: [\n---\n# nothing\n---\n" + rule("name: ok"));

        assertThat(result.documents()).extracting(ReadDocument::isAcceptable).containsExactly(true, false, true);
        assertThat(result.problems().get(0).position().orElseThrow().line()).isBetween(9, 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "---\n", "# only a comment\n", "---\n---\n\n"})
    void nothingIsRead(String yaml) {
        assertThat(TestConfig.read(yaml)).isEqualTo(new ReadResult(List.of(), List.of()));
    }

    @Test
    void jsonAndYamlOfTheSameContentHaveTheSameCanonicalForm() {
        String yaml = rule("timeout: 5s\nfault: {abort: {percentage: {value: 10.0}, httpStatus: 500}}");
        String json = """
                {"kind":"VirtualService","apiVersion":"networking.istio.io/v1",
                 "status":{"conditions":[]},
                 "metadata":{"namespace":"default","name":"reviews","uid":"u","generation":7,"managedFields":[{}]},
                 "spec":{"http":[{"fault":{"abort":{"httpStatus":500,"percentage":{"value":10}}},"timeout":"5s",
                   "directResponse":{"status":200}}],"gateways":["gw"],"hosts":["x.io"]}}
                """;
        byte[] canonical = TestConfig.read(json).documents().get(0).canonical();

        assertThat(new String(canonical, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"apiVersion\":\"networking.istio.io/v1\",\"kind\":\"VirtualService\","
                                + "\"metadata\":{\"name\":\"reviews\",\"namespace\":\"default\"},"
                                + "\"spec\":{\"gateways\":[\"gw\"],\"hosts\":[\"x.io\"],\"http\":[{\"directResponse\":{\"status\":200},"
                                + "\"fault\":{\"abort\":{\"httpStatus\":500,\"percentage\":{\"value\":10}}},\"timeout\":\"5s\"}]}}");
        assertThat(TestConfig.read(yaml).documents().get(0).canonical()).isEqualTo(canonical);
    }

    @Test
    void aListIsItsItems() {
        String item = "{\"apiVersion\":\"networking.istio.io/v1\",\"kind\":\"Gateway\",\"metadata\":{\"name\":\"%s\"},"
                + "\"spec\":{\"servers\":[{\"port\":{\"number\":80,\"name\":\"h\",\"protocol\":\"http\"},\"hosts\":[\"*\"]}]}}";
        String list = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[" + item.formatted("a") + ","
                + item.formatted("b") + "]}";
        ReadResult result = TestConfig.read(list);

        assertThat(result.isAcceptable()).isTrue();
        assertThat(result.documents())
                .extracting(
                        document -> document.resource().orElseThrow().metadata().name())
                .containsExactly("a", "b");
    }

    @Test
    void aDuplicateKeyInJsonIsRefused() {
        assertThat(TestConfig.problems("{\"kind\": \"Gateway\",\n \"kind\": \"Gateway\"}"))
                .anyMatch(problem -> problem.startsWith("2:2 error DuplicateKey kind"));
    }

    @Test
    void aResourceThatStandsTwiceInAChangeIsRefused() {
        assertThat(TestConfig.read(TestConfig.GATEWAY + TestConfig.GATEWAY).problems())
                .extracting(Problem::code)
                .containsExactly("DuplicateResource");
    }

    @Test
    void whatTheClusterNotesIsReadBack() {
        byte[] canonical = TestConfig.read(rule("name: x")).documents().get(0).canonical();
        Instant accepted = Instant.parse("2026-01-02T03:04:05.000000006Z");
        byte[] stamped = TestConfig.READER.stamp(
                TestConfig.READER.stamp(canonical, Instant.EPOCH, "old", 1, new byte[0]),
                accepted,
                "u-1",
                3,
                new byte[0]);
        Resource resource = TestConfig.READER.parseCanonical(stamped);
        Metadata metadata = resource.metadata();

        assertThat(metadata.creationTimestamp()).contains(accepted);
        assertThat(metadata.uid()).contains("u-1");
        assertThat(metadata.generation()).isEqualTo(3);
        assertThat(((VirtualService) resource).http().get(0).name()).contains("x");
        assertThat(new String(stamped, StandardCharsets.UTF_8)).contains("\"2026-01-02T03:04:05.000000006Z\"");
    }

    @Test
    void theRecordThatIsNotedIsWhatReadingTheStampedBytesGives() {
        byte[] owners = "[{\"manager\":\"m\",\"note\":\"\\\"metadata\\\":{}\"}]".getBytes(StandardCharsets.UTF_8);
        Instant accepted = Instant.parse("2026-01-02T03:04:05.000000006Z");
        for (String yaml : STORED) {
            ReadDocument document = TestConfig.read(yaml).documents().get(0);
            assertThat(document.problems()).as(yaml).noneMatch(Problem::isError);
            Resource written = document.resource().orElseThrow();
            for (byte[] managedFields : List.of(new byte[0], owners)) {
                byte[] stamped = TestConfig.READER.stamp(document.canonical(), accepted, "u-1", 3, managedFields);

                assertThat(TestConfig.READER.parseCanonical(stamped))
                        .as(yaml)
                        .isEqualTo(written.with(written.metadata().noted(accepted, "u-1", 3)));
                assertThat(TestConfig.READER.readTree(stamped)).as(yaml).isEqualTo(stamped);
            }
        }
    }

    @Test
    void specsAreTheSameWhateverIsNoted() {
        byte[] x = TestConfig.read(rule("name: x")).documents().get(0).canonical();
        byte[] y = TestConfig.read(rule("name: other")).documents().get(0).canonical();
        byte[] map = TestConfig.read(STORED.get(0)).documents().get(0).canonical();
        byte[] noted = TestConfig.READER.stamp(x, Instant.EPOCH, "u", 7, new byte[0]);

        assertThat(TestConfig.READER.sameSpec(x, noted)).isTrue();
        assertThat(TestConfig.READER.sameSpec(noted, y)).isFalse();
        assertThat(TestConfig.READER.sameSpec(map, x)).isFalse();
        assertThat(TestConfig.READER.sameSpec(map, map)).isTrue();
    }

    @Test
    void bytesThatAreNoStoredResourceAreRefused() {
        for (String bytes : new String[] {"", "[]", "{}", "nonsense", "{\"kind\":\"Gateway\"}"}) {
            assertThatThrownBy(() -> TestConfig.READER.parseCanonical(bytes.getBytes(StandardCharsets.UTF_8)))
                    .as(bytes)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theDefaultNamespaceIsASetting() {
        ReadResult result = new ResourceReader(ReadSettings.DEFAULTS.withDefaultNamespace("team"))
                .read(TestConfig.GATEWAY.getBytes(StandardCharsets.UTF_8));

        assertThat(result.documents().get(0).resource().orElseThrow().key().namespace())
                .isEqualTo("team");
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                Arguments.of("a document over a mebibyte", rule("name: x\n#" + "x\n#".repeat(1 << 19)), "TooLarge"),
                Arguments.of("one huge quoted scalar", rule("name: \"" + "x".repeat(4 << 20) + "\""), "TooLarge"),
                Arguments.of(
                        "one huge scalar below the limit",
                        rule("name: \"" + "x".repeat(1000 << 10) + "\""),
                        "TooLarge"),
                Arguments.of("deep block nesting", "- ".repeat(50_000), "TooLarge"),
                Arguments.of("deep flow nesting", "[".repeat(200_000), "TooLarge"),
                Arguments.of("deep JSON nesting", "{\"a\":".repeat(100_000), "TooLarge"),
                Arguments.of("deep YAML mapping", "{a: ".repeat(100_000), "Syntax"),
                Arguments.of("many aliases", "a: &a [x]\nb: [" + "*a,".repeat(50_000) + "]", "YamlAnchor"),
                Arguments.of("a NUL", "a: \u0000", "Syntax"),
                Arguments.of("program bomb", rule("match: [{uri: {regex: \"((a{100}){100}){100}\"}}]"), "InvalidValue"),
                Arguments.of(
                        "paren bomb",
                        rule("match: [{uri: {regex: \"" + "(".repeat(500) + ")".repeat(500) + "\"}}]"),
                        "InvalidValue"),
                Arguments.of("long number", rule("mirrorPercent: " + "9".repeat(100_000)), "WrongType"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    @Timeout(10)
    void hostileInputIsRefusedBeforeItCosts(String what, String text, String code) {
        long start = System.nanoTime();
        ReadResult result = TestConfig.read(text);
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(result.isAcceptable()).as(what).isFalse();
        assertThat(result.problems()).as(what).extracting(Problem::code).contains(code);
        assertThat(took).as(what).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aChangeOverItsLimitIsRefusedAsAWhole() {
        ReadSettings small = new ReadSettings(1 << 20, 1000, 64, 100, "default");
        ReadResult result =
                new ResourceReader(small).read((TestConfig.GATEWAY.repeat(10)).getBytes(StandardCharsets.UTF_8));

        assertThat(result.problems().get(0).code()).isEqualTo("TooLarge");
        assertThat(result.isAcceptable()).isFalse();
    }

    private static final int ITEMS = 6_000;

    /** Six thousand services of 400 bytes and more: a document of some three megabytes. */
    static Stream<Arguments> largeLists() {
        String padding = "x".repeat(400);
        String yaml = "apiVersion: v1\nitems:\n"
                + IntStream.range(0, ITEMS)
                        .mapToObj(i ->
                                "- apiVersion: networking.istio.io/v1\n  kind: ServiceEntry\n  metadata:\n    name: s"
                                        + i + "\n    annotations: {note: " + padding + "}\n  spec: {hosts: [s" + i
                                        + ".test], ports: [{number: 80, name: http}], resolution: DNS}\n")
                        .collect(Collectors.joining());
        String json = IntStream.range(0, ITEMS)
                .mapToObj(i ->
                        "{\"apiVersion\":\"networking.istio.io/v1\",\"kind\":\"ServiceEntry\",\"metadata\":{\"name\":\"s"
                                + i
                                + "\",\"annotations\":{\"note\":\"" + padding + "\"}},\"spec\":{\"hosts\":[\"s" + i
                                + ".test\"],\"ports\":[{\"number\":80,\"name\":\"http\"}],\"resolution\":\"DNS\"}}")
                .collect(Collectors.joining(",", "{\"apiVersion\":\"v1\",\"items\":[", "],\"kind\":\"%s\"}"));
        return Stream.of(
                Arguments.of("YAML, kind last, as kubectl writes it", yaml + "kind: %s\nmetadata: {}\n"),
                Arguments.of("JSON in one line", json),
                Arguments.of("JSON behind a separator", "---\n" + json));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("largeLists")
    @Timeout(20)
    void aListMayBeAsLargeAsAChange(String what, String text) {
        ReadResult result = TestConfig.read(String.format(text, "List"));

        assertThat(result.problems()).as(what).isEmpty();
        assertThat(result.documents()).hasSize(ITEMS);
        assertThat(result.documents())
                .extracting(ReadDocument::index)
                .isSorted()
                .endsWith(ITEMS - 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("largeLists")
    @Timeout(20)
    void itemsOfWhatIsNoListAreNoResources(String what, String text) {
        ReadResult result = TestConfig.read(String.format(text, "Gateway"));

        assertThat(result.isAcceptable()).as(what).isFalse();
        assertThat(result.documents()).singleElement().satisfies(document -> assertThat(document.resource())
                .isEmpty());
    }

    static Stream<Arguments> listsWithOneLargeItem() {
        String small =
                "- apiVersion: networking.istio.io/v1\n  kind: Gateway\n  metadata: {name: g%d}\n  spec: {servers: []}\n";
        String lines = ("      " + "x".repeat(1000) + "\n").repeat(1200);
        String block = "- kind: Gateway\n  metadata:\n    annotations:\n     note: |\n" + lines;
        return Stream.of(
                Arguments.of("a block of text", "kind: List\nitems:\n" + String.format(small, 1) + block),
                Arguments.of(
                        "before others",
                        "kind: List\nitems:\n" + block + String.format(small, 1) + String.format(small, 2)),
                Arguments.of(
                        "many small fields",
                        "kind: List\nitems:\n- kind: Gateway\n  spec:\n" + "   - a: b\n".repeat(200_000)),
                Arguments.of(
                        "beside the items",
                        "kind: List\nitems: []\n"
                                + IntStream.range(0, 200_000)
                                        .mapToObj(i -> "a" + i + ": b\n")
                                        .collect(Collectors.joining())),
                Arguments.of(
                        "one huge string in JSON",
                        "{\"kind\":\"List\",\"items\":[{\"kind\":\"" + "x".repeat(8 << 20) + "\"}]}"),
                Arguments.of(
                        "an item of JSON", "{\"kind\":\"List\",\"items\":[{\"a\":[" + "1,".repeat(700_000) + "1]}]}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("listsWithOneLargeItem")
    @Timeout(20)
    void anItemMayBeAsLargeAsADocument(String what, String text) {
        ReadResult result = TestConfig.read(text);

        assertThat(result.documents()).as(what).hasSize(1);
        assertThat(result.problems()).extracting(Problem::code).contains("TooLarge");
        assertThat(result.problems().get(0).message()).contains("1048576");
    }

    @Test
    void itemsCountAmongTheDocumentsOfAChange() {
        ReadSettings small = new ReadSettings(1 << 20, 64L << 20, 64, 3, "default");
        String text = "kind: List\nitems:\n" + "- kind: Gateway\n".repeat(4);
        ReadResult result = new ResourceReader(small).read(text.getBytes(StandardCharsets.UTF_8));

        assertThat(result.documents()).hasSize(3);
        assertThat(result.problems().get(0).message())
                .isEqualTo("more than 3 documents (expected: fewer in one change)");
    }

    @Test
    void whatIsNoCharacterIsNamedWithItsPlaceHoweverFarDown() {
        ReadResult result = TestConfig.read("# a comment that is longer than most\n".repeat(100) + "a: b\n  \u0001");

        assertThat(result.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.message()).isEqualTo("character U+0001 (expected: printable characters only)");
            assertThat(problem.position()).contains(new SourcePosition(102, 3));
        });
    }

    @Test
    void bytesThatAreNoCharactersAreRefused() {
        ReadResult result = TestConfig.READER.read(new byte[] {'a', ':', ' ', (byte) 0xff, (byte) 0xfe});

        assertThat(result.problems()).extracting(Problem::code).containsExactly("Syntax");
    }

    @Test
    void whatIsReadButDoesNotActIsAWarningThatNamesTheField() {
        ReadResult result = TestConfig.read("""
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: r}
                spec:
                  host: r.test
                  trafficPolicy:
                    tunnel: {targetHost: t.test, targetPort: 443}
                    connectionPool: {http: {h2UpgradePolicy: UPGRADE}}
                """);

        assertThat(result.isAcceptable()).isTrue();
        assertThat(result.problems()).extracting(Problem::code).containsOnly("NotServedYet");
        assertThat(result.problems())
                .extracting(Problem::path)
                .containsExactly("spec.trafficPolicy.tunnel", "spec.trafficPolicy.connectionPool.http.h2UpgradePolicy");
    }
}
