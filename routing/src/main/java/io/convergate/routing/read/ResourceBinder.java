package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Makes a resource of a tree. */
final class ResourceBinder {
    private final String defaultNamespace;
    private final Problems problems;

    ResourceBinder(String defaultNamespace, Problems problems) {
        this.defaultNamespace = defaultNamespace;
        this.problems = problems;
    }

    /** Reads a document; empty if there is any error, which is then reported. */
    Optional<Resource> bind(Tree tree) {
        if (!(tree instanceof Tree.Mapping document)) {
            problems.error(
                    "", ProblemCode.WRONG_TYPE, Problem.expected(tree.describe(), "a resource"), tree.position());
            return Optional.empty();
        }
        Fields fields = new Fields(document, "", problems);
        String apiVersion = fields.requiredText("apiVersion");
        String kind = fields.requiredText("kind");
        if (apiVersion.isEmpty() || kind.isEmpty()) {
            return Optional.empty();
        }
        Optional<Kinds.Known> found = Kinds.find(apiVersion, kind);
        if (found.isEmpty()) {
            unknown(document, apiVersion, kind);
            return Optional.empty();
        }
        Kinds.Known known = found.get();
        Metadata metadata = fields.requiredObject("metadata", inner -> metadata(inner, known.scope()))
                .orElse(Metadata.of(defaultNamespace, ""));
        Optional<? extends Resource> resource = known.binder().bind(apiVersion, metadata, fields);
        fields.ignored("status");
        fields.end();
        boolean hasKey =
                isKeyPart(metadata.name()) && (known.scope() == Kinds.Scope.CLUSTER || isKeyPart(metadata.namespace()));
        if (hasKey) {
            problems.of(new ResourceKey(known.group(), kind, metadata.namespace(), metadata.name()));
        } else if (!problems.anyError()) {
            String written = metadata.namespace() + " / " + metadata.name();
            problems.error(
                    "metadata.name",
                    ProblemCode.INVALID_VALUE,
                    Problem.expected(written, "names without slash"),
                    document.position());
        }
        return problems.anyError() ? Optional.empty() : resource.map(bound -> bound);
    }

    private static boolean isKeyPart(String name) {
        return !name.isEmpty() && name.indexOf('/') < 0;
    }

    private void unknown(Tree.Mapping document, String apiVersion, String kind) {
        List<String> versions = Kinds.named(kind).stream()
                .flatMap(known -> known.apiVersions().stream())
                .toList();
        if (!versions.isEmpty()) {
            unknown(document, "apiVersion", apiVersion, "one of " + String.join(", ", versions));
            return;
        }
        Set<String> names = Kinds.names(apiVersion);
        String rule = Suggestion.nearest(kind, names)
                .map(name -> "did you mean " + name + "?")
                .orElse("one of " + String.join(", ", names));
        unknown(document, "kind", kind, rule);
    }

    private void unknown(Tree.Mapping document, String field, String value, String rule) {
        SourcePosition position = document.fields().get(field).position();
        problems.error(field, ProblemCode.UNKNOWN_KIND, Problem.expected(value, rule), position);
    }

    private Metadata metadata(Fields fields, Kinds.Scope scope) {
        String name = fields.requiredText("name");
        String namespace;
        if (scope == Kinds.Scope.CLUSTER) {
            fields.refuse("namespace", "none, the kind belongs to the cluster as a whole");
            namespace = "";
        } else {
            namespace = fields.text("namespace").filter(text -> !text.isEmpty()).orElse(defaultNamespace);
        }
        Map<String, String> labels = fields.textMap("labels");
        Map<String, String> annotations = fields.textMap("annotations");
        Optional<Instant> created = fields.parsed("creationTimestamp", ResourceBinder::instant, "RFC 3339 timestamps");
        Optional<String> uid = fields.text("uid");
        OptionalLong generation = fields.number("generation");
        Optional<String> resourceVersion = fields.text("resourceVersion");
        for (String ignored : MetadataTrees.NOT_KEPT) {
            fields.ignored(ignored);
        }
        return new Metadata(name, namespace, labels, annotations, created, uid, generation.orElse(0), resourceVersion);
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
