package io.convergate.node.admin.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * An error reply (RFC 9457, {@code application/problem+json}).
 *
 * @param type what kind of error it is; {@code about:blank} where the status says it all
 * @param title the kind of error in a few words
 * @param status the HTTP status
 * @param detail what went wrong this time, and what was expected
 * @param problems what is wrong with each resource; empty if the request itself was wrong
 */
public record ProblemDocument(
        String type,
        String title,
        int status,
        String detail,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ProblemView> problems) {
    /** The media type of this body. */
    public static final String MEDIA_TYPE = "application/problem+json";

    public ProblemDocument {
        problems = problems == null ? List.of() : List.copyOf(problems);
    }

    /** An error that has nothing to do with a resource's contents. */
    public static ProblemDocument of(int status, String title, String detail) {
        return new ProblemDocument("about:blank", title, status, detail, List.of());
    }

    /** A change that was refused, with everything that is wrong with it. */
    public static ProblemDocument refused(String detail, List<ProblemView> problems) {
        return new ProblemDocument(
                "urn:convergate:problem:invalid-configuration", "Invalid configuration", 422, detail, problems);
    }
}
