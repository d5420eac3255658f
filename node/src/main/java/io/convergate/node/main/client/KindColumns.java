package io.convergate.node.main.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.node.admin.api.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The columns in which {@code get} shows one kind: namespace, name, two of its own, age. */
final class KindColumns {
    private record Column(String title, Function<JsonNode, String> value) {}

    private static final Map<Kind, List<Column>> OWN = Map.of(
            Kind.GATEWAY,
                    List.of(
                            new Column(
                                    "PORTS",
                                    spec -> each(
                                            spec.path("servers"),
                                            s -> s.path("port").path("number").asText())),
                            new Column("HOSTS", spec -> each(spec.path("servers"), s -> texts(s.path("hosts"))))),
            Kind.VIRTUAL_SERVICE,
                    List.of(
                            new Column("HOSTS", spec -> texts(spec.path("hosts"))),
                            new Column("GATEWAYS", spec -> texts(spec.path("gateways")))),
            Kind.DESTINATION_RULE,
                    List.of(
                            new Column("HOST", spec -> spec.path("host").asText()),
                            new Column(
                                    "SUBSETS",
                                    spec -> each(spec.path("subsets"), s -> s.path("name")
                                            .asText()))),
            Kind.SERVICE_ENTRY,
                    List.of(
                            new Column("HOSTS", spec -> texts(spec.path("hosts"))),
                            new Column(
                                    "ENDPOINTS",
                                    spec -> each(spec.path("endpoints"), e -> e.path("address")
                                            .asText()))),
            Kind.WORKLOAD_ENTRY,
                    List.of(
                            new Column("ADDRESS", spec -> spec.path("address").asText()),
                            new Column("LOCALITY", spec -> spec.path("locality").asText())),
            Kind.INGRESS,
                    List.of(
                            new Column("CLASS", spec -> spec.path("ingressClassName")
                                    .asText()),
                            new Column(
                                    "HOSTS",
                                    spec -> each(spec.path("rules"), r -> r.path("host")
                                            .asText("*")))),
            Kind.KUBERNETES_GATEWAY,
                    List.of(
                            new Column("CLASS", spec -> spec.path("gatewayClassName")
                                    .asText()),
                            new Column(
                                    "PORTS",
                                    spec -> each(spec.path("listeners"), l -> l.path("port")
                                            .asText()))),
            Kind.HTTP_ROUTE,
                    List.of(
                            new Column("HOSTNAMES", spec -> texts(spec.path("hostnames"))),
                            new Column(
                                    "PARENTS",
                                    spec -> each(spec.path("parentRefs"), p -> p.path("name")
                                            .asText()))),
            Kind.SERVICE,
                    List.of(
                            new Column("TYPE", spec -> spec.path("type").asText("ClusterIP")),
                            new Column(
                                    "PORTS",
                                    spec -> each(spec.path("ports"), p -> p.path("port")
                                            .asText()))));

    private final List<Column> own;

    private KindColumns(List<Column> own) {
        this.own = own;
    }

    static KindColumns of(Kind kind) {
        return new KindColumns(OWN.getOrDefault(kind, List.of()));
    }

    String[] titles() {
        return Stream.of(Stream.of("NAMESPACE", "NAME"), own.stream().map(Column::title), Stream.of("AGE"))
                .flatMap(Function.identity())
                .toArray(String[]::new);
    }

    /** @param prefix what to put before the name, such as {@code vs/}; may be empty */
    String[] cells(String prefix, JsonNode resource, Instant now) {
        JsonNode metadata = resource.path("metadata");
        List<String> cells = new ArrayList<>();
        cells.add(metadata.path("namespace").asText());
        cells.add(prefix + metadata.path("name").asText());
        own.forEach(column -> cells.add(column.value().apply(resource.path("spec"))));
        cells.add(age(metadata.path("creationTimestamp").asText(), now));
        return cells.toArray(String[]::new);
    }

    /** How long ago that was, in its largest unit, as kubectl writes it: {@code 42s}, {@code 5m}, {@code 3h}, {@code 12d}. */
    static String age(String timestamp, Instant now) {
        Duration age;
        try {
            age = Duration.between(Instant.parse(timestamp), now);
        } catch (DateTimeException notATime) {
            return "";
        }
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 7_200) {
            return seconds / 60 + "m";
        }
        return seconds < 172_800 ? seconds / 3_600 + "h" : seconds / 86_400 + "d";
    }

    private static String texts(JsonNode array) {
        return each(array, JsonNode::asText);
    }

    private static String each(JsonNode array, Function<JsonNode, String> value) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(value)
                .distinct()
                .collect(Collectors.joining(","));
    }
}
