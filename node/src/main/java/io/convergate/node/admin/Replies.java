package io.convergate.node.admin;

import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.ProblemDocument;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** The replies of the admin API: JSON, plain text, and problem documents for everything that goes wrong. */
final class Replies {
    private static final ContentType PROBLEM =
            ContentTypes.create(MediaTypes.applicationWithOpenCharset("problem+json"), HttpCharsets.UTF_8);
    private static final ContentType YAML =
            ContentTypes.create(MediaTypes.applicationWithOpenCharset("yaml"), HttpCharsets.UTF_8);

    private Replies() {}

    /** {@code value} as JSON. */
    static HttpResponse json(int status, Object value) {
        return of(status, ContentTypes.APPLICATION_JSON, AdminJson.write(value));
    }

    /** A text that is YAML already. */
    static HttpResponse yaml(int status, byte[] yaml) {
        return of(status, YAML, yaml);
    }

    /** A line or more for people and scripts. */
    static HttpResponse text(int status, String text) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(status))
                .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, text));
    }

    /** An error. */
    static HttpResponse problem(ProblemDocument document) {
        return of(document.status(), PROBLEM, AdminJson.write(document));
    }

    /** An error that has nothing to do with a resource's contents. */
    static HttpResponse problem(int status, String title, String detail) {
        return problem(ProblemDocument.of(status, title, detail));
    }

    private static HttpResponse of(int status, ContentType type, byte[] body) {
        return HttpResponse.create().withStatus(StatusCodes.get(status)).withEntity(HttpEntities.create(type, body));
    }
}
