package io.convergate.routing.model.gatewayapi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What happens to a request or its response on the way. Gateway API: HTTPRouteFilter. */
public sealed interface RouteFilter {
    /** The name of its type. */
    String type();

    /**
     * Changes to headers.
     *
     * @param ofResponse whether of the response's, else of the request's
     * @param set headers that get this value in place of all others
     * @param add headers that get this value beside the others
     * @param remove headers that are taken out
     */
    record HeaderModifier(boolean ofResponse, Map<String, String> set, Map<String, String> add, List<String> remove)
            implements RouteFilter {
        public HeaderModifier {
            set = Map.copyOf(set);
            add = Map.copyOf(add);
            remove = List.copyOf(remove);
        }

        @Override
        public String type() {
            return ofResponse ? "ResponseHeaderModifier" : "RequestHeaderModifier";
        }
    }

    /**
     * Sends the client elsewhere.
     *
     * @param scheme the new scheme
     * @param hostname the new host
     * @param path what becomes of the path
     * @param port the new port
     * @param status the status; 302 if not given
     */
    record RequestRedirect(
            Optional<String> scheme,
            Optional<String> hostname,
            Optional<PathModifier> path,
            OptionalLong port,
            OptionalLong status)
            implements RouteFilter {
        @Override
        public String type() {
            return "RequestRedirect";
        }
    }

    /**
     * Changes host and path on the way to the backend.
     *
     * @param hostname the new host
     * @param path what becomes of the path
     */
    record UrlRewrite(Optional<String> hostname, Optional<PathModifier> path) implements RouteFilter {
        @Override
        public String type() {
            return "URLRewrite";
        }
    }

    /**
     * What becomes of a path.
     *
     * @param prefixOnly whether what the rule matched is replaced, else the whole path
     * @param value what takes its place
     */
    record PathModifier(boolean prefixOnly, String value) {}

    /**
     * Sends copies to another backend, whose answers nobody waits for.
     *
     * @param backend where the copies go
     * @param numerator how many of {@code denominator} requests
     * @param denominator at least 1
     */
    record RequestMirror(BackendRef backend, long numerator, long denominator) implements RouteFilter {
        @Override
        public String type() {
            return "RequestMirror";
        }
    }

    /**
     * What scripts of other origins may do.
     *
     * @param allowOrigins the origins, {@code *} in a host for any number of labels
     * @param allowMethods the methods, or {@code *}
     * @param allowHeaders the headers of requests, or {@code *}
     * @param exposeHeaders the headers of responses that a script may see, or {@code *}
     * @param allowCredentials whether cookies and the like may be sent
     * @param maxAgeSeconds how long a client may remember; 5 if not given
     */
    record Cors(
            List<String> allowOrigins,
            List<String> allowMethods,
            List<String> allowHeaders,
            List<String> exposeHeaders,
            boolean allowCredentials,
            OptionalLong maxAgeSeconds)
            implements RouteFilter {
        public Cors {
            allowOrigins = List.copyOf(allowOrigins);
            allowMethods = List.copyOf(allowMethods);
            allowHeaders = List.copyOf(allowHeaders);
            exposeHeaders = List.copyOf(exposeHeaders);
        }

        @Override
        public String type() {
            return "CORS";
        }
    }

    /** A filter that is known and cannot act here: {@code ExternalAuth}, {@code ExtensionRef}. */
    record Unknown(String type) implements RouteFilter {}
}
