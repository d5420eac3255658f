package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.access.Principal;
import io.convergate.node.admin.access.SecretValues;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.AdminYaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Replies in the form that a client accepts: JSON, YAML, or a table of rows to print. */
final class KubeReplies {
    private static final ContentType YAML =
            ContentTypes.create(MediaTypes.applicationWithOpenCharset("yaml"), HttpCharsets.UTF_8);

    private static final int WARNINGS_MAX = 20;
    private static final int WARNING_CHARS_MAX = 256;

    private KubeReplies() {}

    /** The forms. */
    enum Form {
        JSON,
        YAML,
        TABLE
    }

    /** The first form that a client accepts; one that says nothing gets JSON. */
    static Form form(HttpRequest request) {
        String accept = request.getHeader("Accept").map(HttpHeader::value).orElse("*/*");
        for (String range : accept.split(",", -1)) {
            String[] parts = range.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*");
            if (parts[0].equals("application/json") && List.of(parts).contains("as=table")) {
                return Form.TABLE;
            }
            if (parts[0].equals("application/json")
                    && List.of(parts).stream().anyMatch(part -> part.startsWith("as="))) {
                continue;
            }
            if (parts[0].endsWith("/yaml") || parts[0].endsWith("/x-yaml")) {
                return Form.YAML;
            }
            if (List.of("*/*", "application/*", "application/json").contains(parts[0])) {
                return Form.JSON;
            }
        }
        throw KubeError.of(
                406,
                "NotAcceptable",
                "only the following media types are accepted: application/json, application/yaml (not " + accept + ")");
    }

    /** One resource. */
    static HttpResponse object(KubeRequest request, int status, ObjectNode whole) {
        ObjectNode object = visible(request, whole);
        Form form = form(request.http());
        if (form == Form.TABLE) {
            ObjectNode metadata = JsonNodeFactory.instance
                    .objectNode()
                    .put(
                            "resourceVersion",
                            object.at("/metadata/resourceVersion").asText());
            return json(request.http(), status, table(request, List.of(object), metadata));
        }
        return form == Form.YAML ? yaml(status, object) : json(request.http(), status, object);
    }

    /** A resource as far as the one who asks may see it. */
    static ObjectNode visible(KubeRequest request, ObjectNode object) {
        return SecretValues.hideFrom(Principal.of(request.http()), object);
    }

    /** Resources as a table. */
    static ObjectNode table(KubeRequest request, List<ObjectNode> objects, ObjectNode metadata) {
        return Tables.of(request.kind(), objects, metadata, request.parameter("includeObject"));
    }

    /** JSON; with line breaks for those who read it themselves. */
    static HttpResponse json(HttpRequest request, int status, JsonNode body) {
        String agent = request.getHeader("User-Agent")
                .map(HttpHeader::value)
                .orElse("")
                .toLowerCase(Locale.ROOT);
        Optional<String> asked = request.getUri().query().get("pretty");
        boolean pretty = asked.map(value -> !value.equals("false") && !value.equals("0"))
                .orElse(agent.startsWith("curl/") || agent.startsWith("wget/"));
        return of(status, ContentTypes.APPLICATION_JSON, pretty ? AdminJson.write(body) : AdminJson.compact(body));
    }

    /** YAML, for people: without who owns which fields, which a write may leave out too. */
    static HttpResponse yaml(int status, ObjectNode body) {
        ObjectNode shown = body.deepCopy();
        shown.findParents("managedFields").forEach(parent -> ((ObjectNode) parent).remove("managedFields"));
        return of(status, YAML, AdminYaml.write(shown));
    }

    /** An error. */
    static HttpResponse error(HttpRequest request, KubeError error) {
        return json(request, error.code(), error.status());
    }

    /** A reply with {@code Warning} headers: the first of what the client should know. */
    static HttpResponse warned(HttpResponse reply, List<String> warnings) {
        List<HttpHeader> headers = new ArrayList<>();
        for (String warning : warnings.stream().distinct().limit(WARNINGS_MAX).toList()) {
            headers.add(RawHeader.create("Warning", "299 - \"" + quoted(warning) + "\""));
        }
        return reply.addHeaders(headers);
    }

    /** RFC 9110 5.6.4, of ASCII only. */
    private static String quoted(String text) {
        String cut = text.length() <= WARNING_CHARS_MAX ? text : text.substring(0, WARNING_CHARS_MAX) + "...";
        return cut.replaceAll("[^ -~]", "?").replace("\\", "\\\\").replace("\"", "\\\"");
    }

    static HttpResponse of(int status, ContentType type, byte[] body) {
        return HttpResponse.create().withStatus(StatusCodes.get(status)).withEntity(HttpEntities.create(type, body));
    }
}
