package io.convergate.node.admin.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * One thing that is wrong, or worth knowing, about a resource.
 *
 * @param resource whose problem it is, as {@code kind/namespace/name} in lower case; empty if it belongs to no resource
 * @param severity {@code error} or {@code warning}
 * @param code istioctl's code for it, such as {@code IST0101}; empty if it has none
 * @param path where in the resource, such as {@code spec.http[2].route[0].weight}; empty for the whole of it
 * @param message what was found, and in brackets what was expected
 * @param line line in the text that was sent, from 1; 0 if unknown
 * @param column column in that line, from 1; 0 if unknown
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record ProblemView(
        String resource, String severity, String code, String path, String message, int line, int column) {
    /** JSON leaves out what is empty. */
    public ProblemView {
        resource = Objects.requireNonNullElse(resource, "");
        code = Objects.requireNonNullElse(code, "");
        path = Objects.requireNonNullElse(path, "");
    }

    /** Whether it says what another one says; a place may lack several things, but is unreachable only once. */
    public boolean isAbout(ProblemView other) {
        return resource.equals(other.resource)
                && path.equals(other.path)
                && code.equals(other.code)
                && (code.startsWith("IST013") || message.equals(other.message));
    }

    /** The same, where it stops nothing. */
    public ProblemView asWarning() {
        return new ProblemView(resource, "warning", code, path, message, line, column);
    }

    /** Whether it stops a change. */
    public boolean isError() {
        return severity.equals("error");
    }
}
