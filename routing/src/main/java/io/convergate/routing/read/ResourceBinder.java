package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

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
        Kinds.SpecBinder binder = Kinds.BY_NAME.get(kind);
        if (apiVersion.isEmpty() || kind.isEmpty() || isUnknown(document, apiVersion, kind, binder)) {
            return Optional.empty();
        }
        Metadata metadata = fields.requiredObject("metadata", this::metadata).orElse(Metadata.of(defaultNamespace, ""));
        Optional<Resource> resource = fields.requiredObject("spec", spec -> binder.bind(apiVersion, metadata, spec));
        fields.ignored("status");
        fields.end();
        boolean hasKey = isKeyPart(metadata.name()) && isKeyPart(metadata.namespace());
        if (hasKey) {
            problems.of(new ResourceKey(Resource.ISTIO_NETWORKING, kind, metadata.namespace(), metadata.name()));
        } else if (!problems.anyError()) {
            String found = metadata.namespace() + " / " + metadata.name();
            problems.error(
                    "metadata.name",
                    ProblemCode.INVALID_VALUE,
                    Problem.expected(found, "names without slash"),
                    document.position());
        }
        return problems.anyError() ? Optional.empty() : resource;
    }

    private static boolean isKeyPart(String name) {
        return !name.isEmpty() && name.indexOf('/') < 0;
    }

    private boolean isUnknown(
            Tree.Mapping document, String apiVersion, String kind, Kinds.@Nullable SpecBinder binder) {
        if (!Kinds.API_VERSIONS.contains(apiVersion)) {
            String rule = "one of " + String.join(", ", Kinds.API_VERSIONS);
            unknown(document, "apiVersion", apiVersion, rule);
            return true;
        }
        if (binder == null) {
            String rule = Suggestion.nearest(kind, Kinds.BY_NAME.keySet())
                    .map(name -> "did you mean " + name + "?")
                    .orElse("one of " + String.join(", ", Kinds.BY_NAME.keySet()));
            unknown(document, "kind", kind, rule);
            return true;
        }
        return false;
    }

    private void unknown(Tree.Mapping document, String field, String value, String rule) {
        SourcePosition position = document.fields().get(field).position();
        problems.error(field, ProblemCode.UNKNOWN_KIND, Problem.expected(value, rule), position);
    }

    private Metadata metadata(Fields fields) {
        String name = fields.requiredText("name");
        String namespace =
                fields.text("namespace").filter(text -> !text.isEmpty()).orElse(defaultNamespace);
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
