package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Resources as the rows that {@code kubectl get} prints. Kubernetes: {@code meta.k8s.io/v1} Table. */
final class Tables {
    private static final Column NAME =
            new Column("Name", 0, object -> object.at("/metadata/name").asText());
    private static final Column AGE = new Column("Age", 0, object -> age(object.at("/metadata/creationTimestamp")));
    private static final Column CONVERGED =
            new Column("Converged", 0, object -> condition(object, Conditions.CONVERGED, "status"));
    private static final Column REACH =
            new Column("Reach", 1, object -> condition(object, Conditions.CONVERGED, "message"));

    /** What is shown of a kind beside its name, and its age. */
    private static final Map<Kind, List<Column>> COLUMNS = Map.ofEntries(
            Map.entry(
                    Kind.GATEWAY,
                    List.of(
                            list("Ports", 0, "/spec/servers", "/port/number"),
                            list("Hosts", 1, "/spec/servers", "/hosts"))),
            Map.entry(
                    Kind.VIRTUAL_SERVICE,
                    List.of(list("Gateways", 0, "/spec/gateways", ""), list("Hosts", 0, "/spec/hosts", ""))),
            Map.entry(Kind.DESTINATION_RULE, List.of(text("Host", 0, "/spec/host"))),
            Map.entry(
                    Kind.SERVICE_ENTRY,
                    List.of(
                            list("Hosts", 0, "/spec/hosts", ""),
                            text("Location", 0, "/spec/location"),
                            text("Resolution", 0, "/spec/resolution"))),
            Map.entry(Kind.WORKLOAD_ENTRY, List.of(text("Address", 0, "/spec/address"))),
            Map.entry(
                    Kind.SERVICE,
                    List.of(
                            text("Type", 0, "/spec/type"),
                            list("Port(s)", 0, "/spec/ports", "/port"),
                            text("Selector", 1, "/spec/selector"))),
            Map.entry(
                    Kind.ENDPOINT_SLICE,
                    List.of(
                            text("AddressType", 0, "/addressType"),
                            list("Ports", 0, "/ports", "/port"),
                            list("Endpoints", 0, "/endpoints", "/addresses"))),
            Map.entry(
                    Kind.INGRESS,
                    List.of(
                            text("Class", 0, "/spec/ingressClassName"),
                            list("Hosts", 0, "/spec/rules", "/host"),
                            list("Address", 0, "/status/loadBalancer/ingress", "/ip"))),
            Map.entry(Kind.INGRESS_CLASS, List.of(text("Controller", 0, "/spec/controller"))),
            Map.entry(
                    Kind.GATEWAY_CLASS,
                    List.of(
                            text("Controller", 0, "/spec/controllerName"),
                            new Column("Accepted", 0, object -> condition(object, "Accepted", "status")))),
            Map.entry(
                    Kind.KUBERNETES_GATEWAY,
                    List.of(
                            text("Class", 0, "/spec/gatewayClassName"),
                            list("Address", 0, "/status/addresses", "/value"),
                            new Column("Programmed", 0, object -> condition(object, "Programmed", "status")))),
            Map.entry(Kind.HTTP_ROUTE, List.of(list("Hostnames", 0, "/spec/hostnames", ""))),
            Map.entry(
                    Kind.RATE_LIMIT_POLICY,
                    List.of(list("Targets", 0, "/spec/targetRefs", "/name"), list("Rules", 0, "/spec/rules", "/name"))),
            Map.entry(
                    Kind.CIRCUIT_BREAKER_POLICY,
                    List.of(list("Targets", 0, "/spec/targetRefs", "/name"), text("Scope", 0, "/spec/scope"))),
            Map.entry(Kind.SECRET, List.of(text("Type", 0, "/type"), count("Data", "/data"))),
            Map.entry(Kind.CONFIG_MAP, List.of(count("Data", "/data"))),
            Map.entry(Kind.NAMESPACE, List.of(new Column("Status", 0, object -> "Active"))));

    private static final List<Column> EVENT_COLUMNS = List.of(
            new Column("Last Seen", 0, event -> age(event.path("lastTimestamp"))),
            text("Type", 0, "/type"),
            text("Reason", 0, "/reason"),
            new Column(
                    "Object",
                    0,
                    event -> event.at("/involvedObject/kind").asText().toLowerCase(Locale.ROOT) + "/"
                            + event.at("/involvedObject/name").asText()),
            text("Message", 0, "/message"),
            text("Source", 1, "/source/host"),
            new Column("Count", 1, event -> event.path("count").asText()),
            new Column("Name", 1, event -> event.at("/metadata/name").asText()));

    private Tables() {}

    /** A column. A priority above 0 shows only with {@code -o wide}. */
    private record Column(String title, int priority, Function<JsonNode, String> cell) {}

    private static Column text(String title, int priority, String pointer) {
        return new Column(title, priority, object -> plain(object.at(pointer)));
    }

    /** All values below the items of a list. */
    private static Column list(String title, int priority, String pointer, String inner) {
        return new Column(title, priority, object -> {
            List<String> values = new ArrayList<>();
            for (JsonNode item : object.at(pointer)) {
                JsonNode value = item.at(inner);
                if (value.isArray()) {
                    value.forEach(one -> values.add(one.asText()));
                } else if (!value.isMissingNode()) {
                    values.add(value.asText());
                }
            }
            return String.join(",", values);
        });
    }

    private static Column count(String title, String pointer) {
        return new Column(
                title, 0, object -> Integer.toString(object.at(pointer).size()));
    }

    private static String plain(JsonNode value) {
        if (value.isObject()) {
            List<String> pairs = new ArrayList<>();
            value.properties()
                    .forEach(field ->
                            pairs.add(field.getKey() + "=" + field.getValue().asText()));
            return String.join(",", pairs);
        }
        return value.asText();
    }

    private static String condition(JsonNode object, String type, String field) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path(field).asText();
            }
        }
        return "";
    }

    /**
     * A table of resources.
     *
     * @param kind their kind; empty for events
     * @param listMetadata the metadata of the list
     * @param include what each row has of its resource: {@code Object}, {@code None} or, by default, {@code Metadata}
     */
    static ObjectNode of(Optional<Kind> kind, List<ObjectNode> objects, ObjectNode listMetadata, String include) {
        List<Column> columns = columns(kind);
        ObjectNode table = JsonNodeFactory.instance.objectNode();
        table.put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", listMetadata);
        ArrayNode definitions = table.putArray("columnDefinitions");
        columns.forEach(column -> definitions
                .addObject()
                .put("name", column.title())
                .put("type", "string")
                .put("format", column.title().equals("Name") ? "name" : "")
                .put("description", column.title())
                .put("priority", column.priority()));
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            columns.forEach(column -> {
                String cell = column.cell().apply(object);
                cells.add(cell.isEmpty() ? "<none>" : cell);
            });
            if (include.equals("Object")) {
                row.set("object", object);
            } else if (!include.equals("None")) {
                ObjectNode partial = row.putObject("object");
                partial.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
                partial.set("metadata", object.path("metadata"));
            }
        }
        return table;
    }

    private static List<Column> columns(Optional<Kind> kind) {
        if (kind.isEmpty()) {
            return EVENT_COLUMNS;
        }
        List<Column> columns = new ArrayList<>(List.of(NAME));
        columns.addAll(COLUMNS.getOrDefault(kind.get(), List.of()));
        columns.add(CONVERGED);
        columns.add(AGE);
        columns.add(REACH);
        return columns;
    }

    private static String age(JsonNode time) {
        try {
            return age(Duration.between(Instant.parse(time.asText()), Instant.now()));
        } catch (DateTimeException e) {
            return "<unknown>";
        }
    }

    /** How long ago, in two parts at most. Kubernetes: HumanDuration. */
    static String age(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (seconds < 120) {
            return seconds + "s";
        }
        if (minutes < 10) {
            return minutes + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
        }
        if (hours < 3) {
            return minutes + "m";
        }
        if (hours < 8) {
            return hours + "h" + (minutes % 60 == 0 ? "" : minutes % 60 + "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (days < 8) {
            return days + "d" + (hours % 24 == 0 ? "" : hours % 24 + "h");
        }
        return days < 730 ? days + "d" : days / 365 + "y";
    }
}
