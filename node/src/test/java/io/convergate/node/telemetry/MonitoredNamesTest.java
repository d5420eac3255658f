package io.convergate.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * Whether alerts, their tests, the dashboard and the runbooks ask for metrics and labels that there are. What there is: our own by the
 * table in {@code docs/api.md}, which another test compares with the code, all others by what is served.
 */
class MonitoredNamesTest {
    private static final Path TREE = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=~?\"");
    private static final Pattern METRIC = Pattern.compile("\\b((?:convergate|istio|process|jvm)_[a-z_]+)\\b");
    private static final Pattern ASKED = Pattern.compile("([a-z_]+) *(?:=~|!~|!=|=) *\"");
    private static final Pattern SUMMED = Pattern.compile("\\bby *\\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{([a-z_]+)}}");
    private static final Pattern ANNOTATION = Pattern.compile("\\$labels\\.([a-z_]+)");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** What Prometheus adds to every series. */
    private static final Set<String> ADDED = Set.of("instance", "job");

    private static final List<String> OF_A_HISTOGRAM = List.of("_bucket", "_count", "_sum");

    /** The labels of every metric. */
    private static final Map<String, Set<String>> EXPORTED = new HashMap<>();

    @BeforeAll
    static void readWhatThereIs() throws IOException {
        try (Telemetry telemetry =
                Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()))) {
            RequestRecord record = new RequestRecord();
            record.status = 200;
            telemetry.finished(record);
            for (MatchResult sample : matches(SAMPLE, telemetry.prometheus())) {
                Set<String> labels = EXPORTED.computeIfAbsent(sample.group(1), name -> new HashSet<>());
                if (sample.group(2) != null) {
                    matches(LABEL, sample.group(2)).forEach(label -> labels.add(label.group(1)));
                }
            }
        }
        for (String row : Files.readAllLines(TREE.resolve("docs/api.md"))) {
            if (row.startsWith("| `convergate_")) {
                String[] cells = row.split("\\|", -1);
                Set<String> labels = codes(cells[2]).collect(Collectors.toSet());
                codes(cells[1]).forEach(name -> {
                    EXPORTED.put(name, labels);
                    if (cells[3].contains("a histogram") && !name.endsWith("_total")) {
                        OF_A_HISTOGRAM.forEach(part -> EXPORTED.put(name + part, plus(labels, "le")));
                    }
                });
            }
        }
    }

    private static Stream<String> codes(String cell) {
        return matches(CODE, cell).stream().map(code -> code.group(1));
    }

    private static Set<String> plus(Set<String> labels, String one) {
        Set<String> all = new HashSet<>(labels);
        all.add(one);
        return all;
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    /** All metrics of an expression are exported, and each label belongs to one of them. */
    private static void assertExported(String where, String expression) {
        Set<String> labels = new TreeSet<>(ADDED);
        for (MatchResult metric : matches(METRIC, expression)) {
            assertThat(EXPORTED).as("%s: %s", where, expression).containsKey(metric.group(1));
            labels.addAll(EXPORTED.getOrDefault(metric.group(1), Set.of()));
        }
        Set<String> asked = matches(ASKED, expression).stream()
                .map(label -> label.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        matches(SUMMED, expression)
                .forEach(by ->
                        Stream.of(by.group(1).split(",", -1)).map(String::strip).forEach(asked::add));
        assertThat(labels).as("%s: %s", where, expression).containsAll(asked);
    }

    /** The labels that a text names are there when an expression has been summed. */
    private static void assertLeft(String where, String expression, Pattern label, String text) {
        for (MatchResult named : matches(label, text)) {
            assertExported(where, expression + " by (" + named.group(1) + ")");
            for (MatchResult by : matches(SUMMED, expression)) {
                assertThat(by.group(1).split(", *"))
                        .as("%s names what is summed over", where)
                        .contains(named.group(1));
            }
        }
    }

    @Test
    void everyMetricAndLabelOfAnAlertAndOfItsTestIsExported() throws IOException {
        List<?> groups = (List<?>) yaml("docker/prometheus/alerts.yml").get("groups");
        int rules = 0;
        for (Object group : groups) {
            for (Object each : (List<?>) ((Map<?, ?>) group).get("rules")) {
                Map<?, ?> rule = (Map<?, ?>) each;
                String name = String.valueOf(rule.get("alert"));
                String expression = String.valueOf(rule.get("expr"));
                assertExported(name, expression);
                assertLeft(name, expression, ANNOTATION, String.valueOf(rule.get("annotations")));
                rules++;
            }
        }
        assertThat(rules).isGreaterThan(15);
        for (Object each : (List<?>) yaml("docker/prometheus/alerts.test.yml").get("tests")) {
            Map<?, ?> test = (Map<?, ?>) each;
            for (Object series : (List<?>) test.get("input_series")) {
                assertExported(String.valueOf(test.get("name")), String.valueOf(((Map<?, ?>) series).get("series")));
            }
        }
    }

    private static Map<?, ?> yaml(String path) throws IOException {
        return new Yaml().load(Files.readString(TREE.resolve(path)));
    }

    @Test
    void everyMetricAndLabelOfThePanelsIsExported() throws IOException {
        JsonNode dashboard = new ObjectMapper()
                .readTree(TREE.resolve("docker/grafana/dashboards/convergate.json")
                        .toFile());
        List<String> expressions = new ArrayList<>();
        for (JsonNode panel : dashboard.get("panels")) {
            String title = panel.path("title").asText();
            for (JsonNode target : panel.path("targets")) {
                expressions.add(target.path("expr").asText());
                assertExported(title, target.path("expr").asText());
                assertLeft(
                        title,
                        target.path("expr").asText(),
                        LEGEND,
                        target.path("legendFormat").asText());
            }
        }
        assertThat(expressions).hasSizeGreaterThan(15).doesNotContain("");
    }

    @Test
    void everyMetricThatARunbookNamesIsExported() throws IOException {
        try (Stream<Path> pages = Files.list(TREE.resolve("docs/runbooks"))) {
            for (Path page : pages.toList()) {
                codes(Files.readString(page))
                        .filter(code -> METRIC.matcher(code).find())
                        .forEach(code -> assertExported(page.getFileName().toString(), code));
            }
        }
    }
}
