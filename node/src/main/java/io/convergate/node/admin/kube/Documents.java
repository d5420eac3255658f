package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.Kind;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.read.ReadResult;
import io.convergate.routing.read.ReadSettings;
import io.convergate.routing.read.ResourceReader;
import java.util.List;

/** Makes resources that clients send into documents that can be judged and written. */
final class Documents {
    /** How often a resource is read again because unknown fields were left out of it. */
    private static final int ROUNDS_MAX = 50;

    private static final ResourceReader READER = new ResourceReader(ReadSettings.DEFAULTS);

    private Documents() {}

    /**
     * Reads a resource.
     *
     * @param validation what becomes of fields that the kind does not have: {@code Strict}, {@code Warn} or {@code Ignore}
     * @param warnings gets the fields that were left out
     * @throws KubeError if it cannot be taken
     */
    static ReadDocument read(Kind kind, ObjectNode object, String validation, List<String> warnings) {
        ObjectNode resource = object.deepCopy();
        resource.remove("status");
        resource.withObject("/metadata").remove("resourceVersion");
        for (int round = 0; round < ROUNDS_MAX; round++) {
            ReadResult read = READER.read(AdminJson.compact(resource));
            List<Problem> errors =
                    read.problems().stream().filter(Problem::isError).toList();
            if (errors.isEmpty() && read.documents().size() == 1) {
                return read.documents().get(0);
            }
            List<Problem> unknown = errors.stream()
                    .filter(problem -> problem.code().equals(ProblemCode.UNKNOWN_FIELD))
                    .toList();
            if (unknown.isEmpty()) {
                throw invalid(kind, resource.at("/metadata/name").asText(), errors);
            }
            if (validation.equals("Strict")) {
                throw strict(kind, resource, unknown);
            }
            boolean removed = false;
            for (Problem problem : unknown) {
                removed |= FieldPaths.remove(resource, problem.path());
                if (validation.equals("Warn")) {
                    warnings.add(sentence(problem));
                }
            }
            if (!removed) {
                throw invalid(kind, resource.at("/metadata/name").asText(), errors);
            }
        }
        throw KubeError.badRequest("too many unknown fields");
    }

    private static KubeError strict(Kind kind, ObjectNode resource, List<Problem> unknown) {
        String version = resource.path("apiVersion").asText();
        return KubeError.badRequest(kind.kind() + " in version \"" + version.substring(version.indexOf('/') + 1)
                + "\" cannot be handled as a " + kind.kind() + ": strict decoding error: "
                + String.join(", ", unknown.stream().map(Documents::sentence).toList()));
    }

    private static String sentence(Problem problem) {
        String message = problem.message();
        int rule = message.indexOf(" (expected");
        return "unknown field \"" + problem.path() + "\"" + (rule < 0 ? "" : message.substring(rule));
    }

    private static KubeError invalid(Kind kind, String name, List<Problem> errors) {
        List<String> sentences = errors.stream()
                .map(problem -> field(problem.path()) + problem.message())
                .toList();
        KubeError error = KubeError.of(422, "Invalid", headline(kind, name, sentences));
        error.about(kind, name);
        errors.forEach(problem -> error.cause(reason(problem.code()), problem.message(), problem.path()));
        return error;
    }

    /** The first line of an error about a resource's contents. */
    static String headline(Kind kind, String name, List<String> sentences) {
        String joined = sentences.size() == 1 ? sentences.get(0) : "[" + String.join(", ", sentences) + "]";
        return kind.kind() + (kind.group().isEmpty() ? "" : "." + kind.group()) + " \"" + name + "\" is invalid: "
                + joined;
    }

    static String field(String path) {
        return path.isEmpty() ? "" : path + ": ";
    }

    /** Kubernetes' word for what is wrong. */
    static String reason(String code) {
        return switch (code) {
            case ProblemCode.MISSING_FIELD -> "FieldValueRequired";
            case ProblemCode.WRONG_TYPE, ProblemCode.ODD_SCALAR -> "FieldValueTypeInvalid";
            case ProblemCode.TOO_LARGE -> "FieldValueTooLong";
            default -> "FieldValueInvalid";
        };
    }
}
