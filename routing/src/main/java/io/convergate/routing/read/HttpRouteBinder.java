package io.convergate.routing.read;

import io.convergate.routing.model.CorsPolicy;
import io.convergate.routing.model.Headers;
import io.convergate.routing.model.HttpDirectResponse;
import io.convergate.routing.model.HttpFault;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRedirect;
import io.convergate.routing.model.HttpRetry;
import io.convergate.routing.model.HttpRewrite;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.HttpRouteDestination;
import io.convergate.routing.model.StringMatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reads an HTTP rule of a VirtualService. */
final class HttpRouteBinder {
    private HttpRouteBinder() {}

    static HttpRoute bind(Fields route) {
        return new HttpRoute(
                route.text("name"),
                route.list("match", HttpRouteBinder::match),
                route.list("route", HttpRouteBinder::destination),
                route.object("redirect", HttpRouteBinder::redirect),
                route.object("directResponse", HttpRouteBinder::directResponse),
                route.object(
                        "delegate",
                        delegate -> new HttpRoute.Delegate(delegate.requiredText("name"), delegate.text("namespace"))),
                route.object("rewrite", HttpRouteBinder::rewrite),
                route.duration("timeout"),
                route.object("retries", HttpRouteBinder::retry),
                route.object("fault", HttpRouteBinder::fault),
                route.object("mirror", VirtualServiceBinder::destination),
                route.object("mirrorPercentage", HttpRouteBinder::percent),
                route.number("mirrorPercent"),
                route.list(
                        "mirrors",
                        mirror -> new HttpRoute.HttpMirror(
                                VirtualServiceBinder.requiredDestination(mirror),
                                mirror.object("percentage", HttpRouteBinder::percent))),
                route.object("corsPolicy", HttpRouteBinder::cors),
                headers(route));
    }

    private static HttpMatch match(Fields match) {
        return new HttpMatch(
                match.text("name"),
                string(match, "uri"),
                match.flag("ignoreUriCase"),
                string(match, "scheme"),
                string(match, "method"),
                string(match, "authority"),
                match.map("headers", HttpRouteBinder::string),
                match.map("withoutHeaders", HttpRouteBinder::string),
                match.map("queryParams", HttpRouteBinder::string),
                match.number("port"),
                match.texts("gateways"),
                match.textMap("sourceLabels"),
                match.text("sourceNamespace"),
                match.text("statPrefix"));
    }

    /** A match of what a request itself says: the part of a rule's match that holds anywhere. */
    static HttpMatch requestMatch(Fields match) {
        return new HttpMatch(
                Optional.empty(),
                string(match, "uri"),
                match.flag("ignoreUriCase"),
                string(match, "scheme"),
                string(match, "method"),
                string(match, "authority"),
                match.map("headers", HttpRouteBinder::string),
                match.map("withoutHeaders", HttpRouteBinder::string),
                match.map("queryParams", HttpRouteBinder::string),
                OptionalLong.empty(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static Optional<StringMatch> string(Fields fields, String name) {
        return fields.object(name, HttpRouteBinder::string);
    }

    private static StringMatch string(Fields match) {
        match.atMostOne("exact", "prefix", "regex");
        Optional<StringMatch> exact = match.text("exact").map(StringMatch.Exact::new);
        Optional<StringMatch> prefix = match.text("prefix").map(StringMatch.Prefix::new);
        Optional<StringMatch> regex = match.text("regex").map(StringMatch.Regex::new);
        return exact.or(() -> prefix).or(() -> regex).orElseGet(StringMatch.Present::new);
    }

    private static HttpRouteDestination destination(Fields destination) {
        return new HttpRouteDestination(
                VirtualServiceBinder.requiredDestination(destination),
                destination.integer("weight"),
                headers(destination));
    }

    private static Headers headers(Fields fields) {
        return fields.object(
                        "headers",
                        headers -> new Headers(
                                headers.object("request", HttpRouteBinder::edits)
                                        .orElse(Headers.Edits.NONE),
                                headers.object("response", HttpRouteBinder::edits)
                                        .orElse(Headers.Edits.NONE)))
                .orElse(Headers.NONE);
    }

    private static Headers.Edits edits(Fields edits) {
        return new Headers.Edits(edits.textMap("set"), edits.textMap("add"), edits.texts("remove"));
    }

    private static HttpRedirect redirect(Fields redirect) {
        redirect.atMostOne("port", "derivePort");
        return new HttpRedirect(
                redirect.text("uri"),
                redirect.text("prefixRewrite"),
                redirect.filledText("authority"),
                redirect.number("port"),
                redirect.choice("derivePort", HttpRedirect.DerivePort.class),
                redirect.text("scheme"),
                redirect.number("redirectCode"));
    }

    private static HttpDirectResponse directResponse(Fields response) {
        return new HttpDirectResponse(
                response.requiredNumber("status"),
                response.object("body", body -> {
                            body.atMostOne("string", "bytes");
                            Optional<HttpDirectResponse.Body> text =
                                    body.text("string").map(HttpDirectResponse.Body.Text::new);
                            Optional<HttpDirectResponse.Body> bytes =
                                    body.text("bytes").map(HttpDirectResponse.Body.Base64::new);
                            return text.or(() -> bytes);
                        })
                        .flatMap(body -> body));
    }

    private static HttpRewrite rewrite(Fields rewrite) {
        return new HttpRewrite(
                rewrite.text("uri"),
                rewrite.filledText("authority"),
                rewrite.object(
                        "uriRegexRewrite",
                        regex -> new HttpRewrite.RegexRewrite(
                                regex.requiredText("match"),
                                regex.text("rewrite").orElse(""))));
    }

    private static HttpRetry retry(Fields retry) {
        return new HttpRetry(
                retry.integer("attempts").orElse(0),
                retry.duration("perTryTimeout"),
                retry.text("retryOn"),
                retry.optionalFlag("retryRemoteLocalities"),
                retry.optionalFlag("retryIgnorePreviousHosts"),
                retry.duration("backoff"));
    }

    private static HttpRoute.Percent percent(Fields percent) {
        OptionalDouble value = percent.decimal("value");
        return new HttpRoute.Percent(value.orElse(0));
    }

    private static HttpFault fault(Fields fault) {
        return new HttpFault(
                fault.object(
                        "delay",
                        delay -> new HttpFault.Delay(
                                delay.object("percentage", HttpRouteBinder::percent),
                                delay.number("percent"),
                                delay.duration("fixedDelay"),
                                delay.duration("exponentialDelay"))),
                fault.object(
                        "abort",
                        abort -> new HttpFault.Abort(
                                abort.object("percentage", HttpRouteBinder::percent),
                                abort.number("httpStatus"),
                                abort.text("grpcStatus"),
                                abort.text("http2Error"))));
    }

    private static CorsPolicy cors(Fields cors) {
        return new CorsPolicy(
                cors.texts("allowOrigin"),
                cors.list("allowOrigins", HttpRouteBinder::string),
                cors.texts("allowMethods"),
                cors.texts("allowHeaders"),
                cors.texts("exposeHeaders"),
                cors.duration("maxAge"),
                cors.optionalFlag("allowCredentials"),
                cors.choice("unmatchedPreflights", CorsPolicy.UnmatchedPreflights.class));
    }
}
