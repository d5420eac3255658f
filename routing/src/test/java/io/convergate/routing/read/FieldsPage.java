package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import io.convergate.routing.validate.ResourceValidator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The page of all fields, made of the binders and the validators themselves: which fields there are is what the binders ask
 * for; what becomes of one is what the validator says of a resource that has it.
 */
final class FieldsPage {
    private static final SourcePosition NOWHERE = new SourcePosition(1, 1);
    private static final String HEAD = """
            # Every field of every kind

            Made from the code by `FieldsPageTest`, which fails when this page is stale; `mvn -pl routing test -Dtest=FieldsPageTest -Dfields.write`
            writes it anew. A field that is not listed is refused as unknown. *Served* means that it does what its specification says; what is
            not served gives the warning that is shown here. `[]` stands for each item of a list, `*` for each key of a map; `metadata` is the same for
            all kinds: `name`, `namespace`, `labels` and `annotations`, the rest is kept by the cluster or left out.
            """;

    /**
     * What must be said elsewhere for a part to mean anything.
     *
     * @param part the part
     * @param path what is said
     * @param value with this value
     * @param except fields of the part that mean something without it
     */
    private record Context(String part, String path, String value, Set<String> except) {}

    /** The fields that say what filters do, by the filters' types. */
    private static final Map<String, String> FILTERS = Map.of(
            "RequestHeaderModifier", "requestHeaderModifier",
            "ResponseHeaderModifier", "responseHeaderModifier",
            "RequestMirror", "requestMirror",
            "RequestRedirect", "requestRedirect",
            "URLRewrite", "urlRewrite",
            "CORS", "cors",
            "ExternalAuth", "externalAuth",
            "ExtensionRef", "extensionRef");

    private static final List<Context> CONTEXTS = Stream.of(
                    Stream.of(
                            new Context(
                                    "spec.servers[].tls",
                                    "spec.servers[].port.protocol",
                                    "HTTPS",
                                    Set.of("spec.servers[].tls", "spec.servers[].tls.httpsRedirect")),
                            tls("spec.trafficPolicy.tls"),
                            tls("spec.trafficPolicy.portLevelSettings[].tls"),
                            tls("spec.subsets[].trafficPolicy.tls"),
                            tls("spec.subsets[].trafficPolicy.portLevelSettings[].tls"),
                            new Context(
                                    "spec.http[].corsPolicy",
                                    "spec.http[].corsPolicy.allowOrigins[].exact",
                                    "y",
                                    Set.of(
                                            "spec.http[].corsPolicy.allowOrigins[].prefix",
                                            "spec.http[].corsPolicy.allowOrigins[].regex")),
                            folds("spec.http[].match[]"),
                            folds("spec.rules[].match[]"),
                            new Context("spec.http[].retries.", "spec.http[].retries.attempts", "1", Set.of()),
                            new Context("spec.open.max", "spec.open.duration", "1s", Set.of()),
                            new Context("spec.minObservers", "spec.scope", "cluster", Set.of()),
                            new Context("spec.externalName", "spec.type", "ExternalName", Set.of()),
                            split("spec.trafficPolicy"),
                            split("spec.trafficPolicy.portLevelSettings[]"),
                            split("spec.subsets[].trafficPolicy"),
                            split("spec.subsets[].trafficPolicy.portLevelSettings[]"),
                            selector("spec.listeners[].allowedRoutes.namespaces"),
                            selector("spec.allowedListeners.namespaces")),
                    filters("spec.rules[].filters[]"),
                    filters("spec.rules[].backendRefs[].filters[]"))
            .flatMap(contexts -> contexts)
            .toList();

    private static Context tls(String part) {
        return new Context(part + '.', part + ".mode", "SIMPLE", Set.of(part + ".mode"));
    }

    private static Context folds(String match) {
        return new Context(match + ".ignoreUriCase", match + ".uri.prefix", "/", Set.of());
    }

    private static Context split(String policy) {
        String part = policy + ".outlierDetection.";
        return new Context(
                part + "consecutiveLocalOriginFailures", part + "splitExternalLocalOriginErrors", "true", Set.of());
    }

    private static Context selector(String part) {
        return new Context(part + ".selector", part + ".from", "Selector", Set.of());
    }

    /** What says what a filter does means something with the filter's type. */
    private static Stream<Context> filters(String part) {
        return FILTERS.entrySet().stream()
                .map(filter -> new Context(part + '.' + filter.getValue(), part + ".type", filter.getKey(), Set.of()));
    }

    private FieldsPage() {}

    /** Parts that repeat others, which are listed once. */
    private static final Map<String, String> REPEATED = Map.of(
            "spec.descriptors[].descriptors[]", "spec.descriptors[]",
            "spec.subsets[].trafficPolicy", "spec.trafficPolicy",
            "spec.trafficPolicy.portLevelSettings[]", "spec.trafficPolicy");

    /** Fields that are checked and mean nothing here, and why nobody need be warned. */
    private static final Map<String, String> WITHOUT_EFFECT = Map.of(
            "ServiceEntry spec.location", "it says what belongs to a mesh, of which there is none",
            "Service spec.selector.*", "slices say where a service runs; a Gateway's selector is compared with it");

    static String text() {
        StringBuilder page = new StringBuilder(HEAD);
        for (Kinds.Known kind : Kinds.ALL) {
            page.append("\n## ").append(kind.name()).append("\n\n");
            page.append('`').append(String.join("`, `", kind.apiVersions())).append("`\n\n");
            page.append("| field | type | |\n|---|---|---|\n");
            Map<String, String> statuses = new LinkedHashMap<>();
            Map<String, String> types = Schema.of(kind);
            types.forEach((path, type) -> statuses.put(path, status(kind, path, type)));
            statuses.forEach((path, status) -> row(path, types.getOrDefault(path, ""), status, statuses, page));
        }
        return page.toString();
    }

    private static void row(String path, String type, String status, Map<String, String> statuses, StringBuilder page) {
        String same = REPEATED.get(path);
        String shown = same != null ? "each field as in `" + same.substring(5) + '`' : status;
        for (Map.Entry<String, String> part : REPEATED.entrySet()) {
            if (path.startsWith(part.getKey() + '.')
                    && status.equals(statuses.get(
                            part.getValue() + path.substring(part.getKey().length())))) {
                return;
            }
        }
        int dot = path.lastIndexOf('.');
        String parent = dot < 0 ? "" : path.substring(0, dot);
        if (!status.equals("served") && status.equals(statuses.get(parent))) {
            shown = "see `" + parent.replaceFirst("^spec\\.", "") + '`';
            while (parent.lastIndexOf('.') > 0
                    && status.equals(statuses.get(parent.substring(0, parent.lastIndexOf('.'))))) {
                parent = parent.substring(0, parent.lastIndexOf('.'));
                shown = "see `" + parent.replaceFirst("^spec\\.", "") + '`';
            }
        }
        if (!path.equals("spec")) {
            page.append("| `").append(path.replaceFirst("^spec\\.", "")).append("` | ");
            page.append(type.startsWith("one of ") ? "choice" : type)
                    .append(" | ")
                    .append(shown)
                    .append(" |\n");
        }
    }

    private static String status(Kinds.Known kind, String path, String type) {
        if (WITHOUT_EFFECT.containsKey(kind.name() + " " + path)) {
            return "taken, without effect: " + WITHOUT_EFFECT.get(kind.name() + " " + path);
        }
        if (type.equals(Schema.NOT_READ)) {
            return "taken, not read: of no account to a gateway";
        }
        Set<String> baseline = new HashSet<>();
        problems(kind, new Tree.Mapping(Map.of(), Map.of(), NOWHERE))
                .forEach(problem -> baseline.add(problem.path() + problem.message()));
        return status(kind, path, type, baseline);
    }

    private static String status(Kinds.Known kind, String path, String type, Set<String> baseline) {
        if (!type.startsWith("one of ")) {
            return told(kind, path, sample(type), baseline).orElse("served");
        }
        String[] choices = type.substring("one of ".length()).split(", ");
        List<String> served = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String choice : choices) {
            Optional<String> told = told(kind, path, text(choice), baseline);
            if (told.isEmpty()) {
                served.add(choice);
            } else {
                others.add(choice + ": " + told.get());
            }
        }
        if (others.size() == choices.length
                && Set.copyOf(others.stream()
                                        .map(text -> text.substring(text.indexOf(": ") + 2))
                                        .toList())
                                .size()
                        == 1) {
            return others.get(0).substring(others.get(0).indexOf(": ") + 2);
        }
        String all = served.isEmpty() ? "" : "served: " + String.join(", ", served);
        return others.isEmpty() ? all : all + (all.isEmpty() ? "" : "; ") + String.join("; ", others);
    }

    /** What is said of a resource that has the field, and not of one without it. */
    private static Optional<String> told(Kinds.Known kind, String path, Tree value, Set<String> baseline) {
        Tree.Mapping document = document(path, value);
        List<Problem> problems = problems(kind, document);
        boolean choice = value instanceof Tree.Scalar scalar
                && scalar.kind() == ScalarKind.STRING
                && !scalar.text().equals("x");
        for (Problem problem : problems) {
            String at = problem.path()
                    .replaceAll("\\[[0-9]+\\]", "[]")
                    .replaceAll("\\[k\\]", ".*")
                    .replaceAll("\\.k\\b", ".*");
            boolean inContext = CONTEXTS.stream()
                    .anyMatch(context -> path.startsWith(context.part())
                            && !context.except().contains(path)
                            && at.equals(context.path())
                            && (problem.code().equals(ProblemCode.NOT_SERVED_YET)
                                    || problem.message().startsWith(context.value() + " (expected: ")));
            boolean about = inContext
                    || at.equals(path)
                    || path.startsWith(at + '.')
                    || path.startsWith(at + "[]")
                    || path.equals(at + "[]");
            boolean unserved = problem.code().equals(ProblemCode.NOT_SERVED_YET);
            if (about && !at.isEmpty() && !baseline.contains(problem.path() + problem.message())) {
                if (unserved) {
                    return Optional.of("not served: " + escaped(problem.message()));
                }
                if (problem.code().equals(ProblemCode.DEPRECATED)) {
                    return Optional.of("deprecated: " + escaped(problem.message()));
                }
                if (problem.code().equals(ProblemCode.NO_EFFECT)
                        && !problem.message().startsWith("nothing ") // about what the sample lacks
                        && !problem.message().startsWith("x (expected: ")) { // or about its value
                    return Optional.of("no effect: " + escaped(problem.message()));
                }
                boolean refuses = inContext
                        || at.equals(path) && choice
                        || problem.message().startsWith(last(path) + " (expected: ")
                        || problem.message().startsWith(last(at) + " (expected: ");
                if (refuses && problem.isError()) {
                    return Optional.of("refused: " + escaped(problem.message()));
                }
            }
        }
        return Optional.empty();
    }

    /** A document that has a field, and what must be said elsewhere for it to mean anything. */
    static Tree.Mapping document(String path, Tree value) {
        Tree.Mapping document = (Tree.Mapping) tree(List.of(path.split("\\.")), value);
        for (Context context : CONTEXTS) {
            if (path.startsWith(context.part()) && !context.except().contains(path)) {
                document = (Tree.Mapping)
                        merged(document, tree(List.of(context.path().split("\\.")), scalar(context.value())));
            }
        }
        if (path.endsWith(".filters[].type") && value instanceof Tree.Scalar type) {
            String field = path.replaceFirst("type$", FILTERS.getOrDefault(type.text(), "type"));
            document = (Tree.Mapping) merged(document, tree(List.of(field.split("\\.")), sample("mapping")));
        }
        return document;
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    private static String escaped(String message) {
        return message.replace("|", "\\|").replace("*", "\\*");
    }

    private static List<Problem> problems(Kinds.Known kind, Tree.Mapping document) {
        Optional<? extends Resource> resource = kind.binder()
                .bind(kind.apiVersions().get(0), Metadata.of("default", "x"), new Fields(document, "", new Problems()));
        return resource.map(ResourceValidator::validate).orElse(List.of());
    }

    /** A document that has nothing but a field. */
    static Tree tree(List<String> path, Tree value) {
        if (path.isEmpty()) {
            return value;
        }
        String name = path.get(0);
        Tree inner = tree(path.subList(1, path.size()), value);
        if (name.endsWith("[]")) {
            return mapping(name.substring(0, name.length() - 2), new Tree.Sequence(List.of(inner), NOWHERE));
        }
        return mapping(name.equals("*") ? "k" : name, inner);
    }

    private static Tree.Mapping mapping(String name, Tree value) {
        Map<String, Tree> fields = new LinkedHashMap<>();
        fields.put(name, value);
        return new Tree.Mapping(fields, Map.of(name, NOWHERE), NOWHERE);
    }

    private static Tree scalar(String value) {
        ScalarKind kind = value.equals("true")
                ? ScalarKind.BOOLEAN
                : value.matches("[0-9]+") ? ScalarKind.INTEGER : ScalarKind.STRING;
        return new Tree.Scalar(kind, value, NOWHERE);
    }

    private static Tree text(String value) {
        return new Tree.Scalar(ScalarKind.STRING, value, NOWHERE);
    }

    /** Both, and the first where they say the same. */
    static Tree merged(Tree first, Tree second) {
        if (first instanceof Tree.Mapping one && second instanceof Tree.Mapping other) {
            Map<String, Tree> fields = new LinkedHashMap<>(one.fields());
            other.fields().forEach((name, value) -> fields.merge(name, value, FieldsPage::merged));
            return new Tree.Mapping(fields, Map.of(), NOWHERE);
        }
        if (first instanceof Tree.Sequence one && second instanceof Tree.Sequence other) {
            return new Tree.Sequence(
                    List.of(merged(one.items().get(0), other.items().get(0))), NOWHERE);
        }
        return first;
    }

    /** A value of a type; of a choice one that there is not. */
    static Tree sample(String type) {
        return switch (type) {
            case "mapping", Schema.WARNED_OF -> new Tree.Mapping(Map.of(), Map.of(), NOWHERE);
            case "boolean" -> new Tree.Scalar(ScalarKind.BOOLEAN, "true", NOWHERE);
            case "integer" -> new Tree.Scalar(ScalarKind.INTEGER, "1", NOWHERE);
            case "number" -> new Tree.Scalar(ScalarKind.INTEGER, "1", NOWHERE);
            case "duration" -> new Tree.Scalar(ScalarKind.STRING, "1s", NOWHERE);
            default -> new Tree.Scalar(ScalarKind.STRING, "x", NOWHERE);
        };
    }
}
