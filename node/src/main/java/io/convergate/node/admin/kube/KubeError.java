package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.Kind;

/** Leaves a request with an error that Kubernetes' clients understand: a {@code Status} (metav1.Status). */
public final class KubeError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final transient ObjectNode status;

    private KubeError(int code, String reason, String message) {
        super(message, null, false, false);
        this.code = code;
        this.status = JsonNodeFactory.instance.objectNode();
        status.put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", message).put("reason", reason);
        status.put("code", code);
    }

    /**
     * An error.
     *
     * @param code the HTTP status
     * @param reason Kubernetes' word for it, such as {@code NotFound}
     */
    static KubeError of(int code, String reason, String message) {
        return new KubeError(code, reason, message);
    }

    /** A request that makes no sense. */
    public static KubeError badRequest(String message) {
        return of(400, "BadRequest", message);
    }

    /** A resource that does not exist. */
    static KubeError notFound(Kind kind, String name) {
        return of(404, "NotFound", resource(kind) + " \"" + name + "\" not found")
                .about(kind, name);
    }

    /** A path at which there is nothing. */
    static KubeError noSuchPath() {
        return of(404, "NotFound", "the server could not find the requested resource");
    }

    static KubeError alreadyExists(Kind kind, String name) {
        return of(409, "AlreadyExists", resource(kind) + " \"" + name + "\" already exists")
                .about(kind, name);
    }

    /** A write that is based on something else than what is there. */
    static KubeError conflict(Kind kind, String name, String why) {
        return of(409, "Conflict", "Operation cannot be fulfilled on " + resource(kind) + " \"" + name + "\": " + why)
                .about(kind, name);
    }

    /** A version that this node has not reached, or does not keep any more. */
    static KubeError expired(String message) {
        return of(410, "Expired", message);
    }

    private static String resource(Kind kind) {
        return kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.group();
    }

    /** The same error, about a resource. */
    KubeError about(Kind kind, String name) {
        details().put("name", name).put("group", kind.group()).put("kind", kind.kind());
        return this;
    }

    /** The same error with one of its causes. */
    KubeError cause(String reason, String message, String field) {
        details()
                .withArray("/causes")
                .addObject()
                .put("reason", reason)
                .put("message", message)
                .put("field", field);
        return this;
    }

    private ObjectNode details() {
        return status.withObject("/details");
    }

    int code() {
        return code;
    }

    /** The {@code Status} that is the body of the reply. */
    ObjectNode status() {
        return status;
    }
}
