package io.convergate.routing.validate;

import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.model.Destination;
import io.convergate.routing.model.HttpDirectResponse;
import io.convergate.routing.model.HttpRedirect;
import io.convergate.routing.model.HttpRewrite;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.HttpRouteDestination;
import io.convergate.routing.model.StringMatch;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.regex.SafeRegex;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Istio's rules for HTTP rules: validateHTTPRoute. */
final class HttpRouteValidator {
    private static final Set<Long> REDIRECTS = Set.of(301L, 302L, 303L, 307L, 308L);

    /** RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5. */
    private static final Set<Long> BODILESS = Set.of(204L, 205L, 304L);

    private static final int BODY_MAX = 1 << 20;
    private static final int BODY_LARGE = 100 << 10;

    private HttpRouteValidator() {}

    static void validate(String path, HttpRoute route, VirtualService service, Findings findings) {
        terminals(path, route, service, findings);
        for (int i = 0; i < route.match().size(); i++) {
            HttpMatchValidator.validate(
                    path + ".match[" + i + "]", route.match().get(i), service, findings);
        }
        HeadersValidator.validate(path + ".headers", route.headers(), findings);
        destinations(path, route, findings);
        route.redirect().ifPresent(redirect -> {
            redirect(path + ".redirect", redirect, findings);
            boolean whole = route.match().stream()
                    .flatMap(match -> match.uri().stream())
                    .anyMatch(uri -> !(uri instanceof StringMatch.Prefix));
            findings.conflict(
                    redirect.prefixRewrite().isPresent() && whole,
                    path + ".redirect.prefixRewrite",
                    "prefixRewrite of a path that is not matched by prefix",
                    "matches on a prefix, or uri");
        });
        route.directResponse().ifPresent(direct -> directResponse(path + ".directResponse", direct, findings));
        route.rewrite().ifPresent(rewrite -> rewrite(path + ".rewrite", rewrite, route, findings));
        route.timeout()
                .filter(timeout -> !timeout.isZero())
                .ifPresent(timeout -> findings.duration(path + ".timeout", route.timeout()));
        ExtrasValidator.validate(path, route, findings);
    }

    private static void terminals(String path, HttpRoute route, VirtualService service, Findings findings) {
        List<String> terminals = Stream.of(
                        route.route().isEmpty() ? "" : "route",
                        route.redirect().isPresent() ? "redirect" : "",
                        route.directResponse().isPresent() ? "directResponse" : "",
                        route.delegate().isPresent() ? "delegate" : "")
                .filter(name -> !name.isEmpty())
                .toList();
        if (terminals.isEmpty()) {
            findings.missing(path + ".route", "route, redirect, directResponse or delegate");
        }
        findings.conflict(terminals.size() > 1, path, String.join(" and ", terminals), "one of them");
        boolean answers = route.redirect().isPresent() || route.directResponse().isPresent();
        findings.conflict(answers && route.fault().isPresent(), path, "fault without a destination", "one of them");
        findings.conflict(answers && route.rewrite().isPresent(), path, "rewrite without a destination", "one of them");
        if (answers) {
            Stream.of(
                            route.timeout().isPresent() ? "timeout" : "",
                            route.retries().isPresent() ? "retries" : "",
                            route.mirror().isPresent() ? "mirror" : "",
                            route.mirrors().isEmpty() ? "" : "mirrors")
                    .filter(name -> !name.isEmpty())
                    .forEach(name -> findings.warn(
                            path + "." + name, ProblemCode.NO_EFFECT, name + " without a destination", "a route"));
        }
        findings.require(
                !service.isDelegate() || route.delegate().isEmpty(),
                path + ".delegate",
                "a delegate",
                "one level only");
        route.delegate().ifPresent(delegate -> delegate(path + ".delegate", delegate, service, findings));
    }

    private static void delegate(String path, HttpRoute.Delegate delegate, VirtualService service, Findings findings) {
        String own = service.metadata().namespace();
        findings.require(
                Names.isResourceName(delegate.name()), path + ".name", delegate.name(), "a virtual service's name");
        delegate.namespace()
                .filter(namespace -> !namespace.isEmpty())
                .ifPresent(namespace ->
                        findings.require(Names.isLabel(namespace), path + ".namespace", namespace, "a DNS label"));
        boolean itself = delegate.name().equals(service.metadata().name())
                && delegate.namespace().orElse(own).equals(own);
        findings.require(!itself, path + ".name", delegate.name(), "another virtual service");
    }

    private static void destinations(String path, HttpRoute route, Findings findings) {
        long sum = 0;
        for (int i = 0; i < route.route().size(); i++) {
            HttpRouteDestination destination = route.route().get(i);
            String at = path + ".route[" + i + "]";
            destination(at + ".destination", destination.destination(), findings);
            int weight = destination.weight().orElse(0);
            findings.require(weight >= 0, at + ".weight", weight, "at least 0");
            sum += weight;
            HeadersValidator.validate(at + ".headers", destination.headers(), findings);
        }
        boolean several = route.route().size() > 1;
        findings.require(!several || sum > 0, path + ".route", "weights that sum to " + sum, "more than 0");
        findings.require(sum <= Integer.MAX_VALUE, path + ".route", "weights that sum to " + sum, "less than 2^31");
    }

    /** A destination of any rule. */
    static void destination(String path, Destination destination, Findings findings) {
        String host = destination.host();
        findings.require(
                !host.equals("*") && (Names.isHostPattern(host) || Names.isIp(host)),
                path + ".host",
                host,
                "a host name");
        destination
                .subset()
                .ifPresent(subset -> findings.require(Names.isLabel(subset), path + ".subset", subset, "a DNS label"));
        destination.port().ifPresent(port -> findings.port(path + ".port.number", port));
    }

    private static void redirect(String path, HttpRedirect redirect, Findings findings) {
        boolean empty = redirect.uri().isEmpty()
                && redirect.prefixRewrite().isEmpty()
                && redirect.authority().isEmpty()
                && redirect.port().isEmpty()
                && redirect.derivePort().isEmpty()
                && redirect.scheme().isEmpty();
        if (empty) {
            findings.missing(path, "uri, prefixRewrite, authority, port or scheme");
        }
        findings.conflict(
                redirect.uri().isPresent() && redirect.prefixRewrite().isPresent(),
                path,
                "uri and prefixRewrite",
                "one of them");
        redirect.port().ifPresent(port -> findings.port(path + ".port", port));
        redirect.scheme()
                .ifPresent(scheme -> findings.require(
                        scheme.equals("http") || scheme.equals("https"), path + ".scheme", scheme, "http or https"));
        redirect.redirectCode()
                .ifPresent(code -> findings.require(
                        REDIRECTS.contains(code), path + ".redirectCode", code, "301, 302, 303, 307 or 308"));
        redirect.uri().ifPresent(uri -> redirectPath(path + ".uri", uri, findings));
        redirect.prefixRewrite().ifPresent(prefix -> redirectPath(path + ".prefixRewrite", prefix, findings));
        redirect.authority().ifPresent(authority -> authority(path + ".authority", authority, findings));
    }

    private static void authority(String path, String authority, Findings findings) {
        findings.require(
                Names.isAuthority(authority), path, authority, "a host name or an IP address, with or without a port");
    }

    /** Envoy appends it to the host as it stands, so that without a slash the redirect would lead to another host. */
    private static void redirectPath(String path, String text, Findings findings) {
        boolean separate = text.isEmpty() || text.startsWith("/") || text.startsWith("?");
        findings.require(
                separate && HeadersValidator.isValue(text), path, text, "printable characters that begin with a slash");
    }

    private static void directResponse(String path, HttpDirectResponse response, Findings findings) {
        findings.require(
                response.status() >= 200 && response.status() <= 599,
                path + ".status",
                response.status(),
                "200 to 599");
        bodiless(path + ".body", response.status(), response.body().isPresent(), findings);
        response.body().ifPresent(body -> {
            int size;
            if (body instanceof HttpDirectResponse.Body.Base64 base64) {
                findings.require(isBase64(base64.value()), path + ".body.bytes", "text that is not base64", "base64");
                size = base64.value().length() / 4 * 3;
            } else {
                size = ((HttpDirectResponse.Body.Text) body).value().length();
            }
            findings.require(size <= BODY_MAX, path + ".body", size + " bytes", "at most 1 MiB");
            if (size > BODY_LARGE && size <= BODY_MAX) {
                findings.warn(
                        path + ".body", ProblemCode.INVALID_VALUE, size + " bytes", "a small body, at most 100 KiB");
            }
        });
    }

    /** A body of a response that can have none. */
    static void bodiless(String path, long status, boolean hasBody, Findings findings) {
        if (hasBody && BODILESS.contains(status)) {
            findings.warn(
                    path, ProblemCode.NO_EFFECT, "a body with status " + status, "none: such a response has none");
        }
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void rewrite(String path, HttpRewrite rewrite, HttpRoute route, Findings findings) {
        if (rewrite.uri().isEmpty()
                && rewrite.authority().isEmpty()
                && rewrite.uriRegexRewrite().isEmpty()) {
            findings.missing(path, "uri, authority or uriRegexRewrite");
        }
        findings.conflict(
                rewrite.uri().isPresent() && rewrite.uriRegexRewrite().isPresent(),
                path,
                "uri and uriRegexRewrite",
                "one of them");
        rewrite.uriRegexRewrite().ifPresent(regex -> {
            try {
                new PathRewrite.Regex(SafeRegex.compile(regex.match()).pattern(), regex.rewrite());
            } catch (IllegalArgumentException e) {
                findings.unusable(path + ".uriRegexRewrite", String.valueOf(e.getMessage()));
            }
        });
        rewrite.uri()
                .ifPresent(uri -> findings.require(
                        (uri.isEmpty() || uri.startsWith("/")) && HeadersValidator.isValue(uri),
                        path + ".uri",
                        uri,
                        "printable characters that begin with a slash"));
        rewrite.authority().ifPresent(authority -> authority(path + ".authority", authority, findings));
        boolean headerToo = Stream.of(
                        route.headers().request().set(),
                        route.headers().request().add())
                .flatMap(headers -> headers.keySet().stream())
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> name.equals("host") || name.equals(":authority"));
        findings.conflict(
                rewrite.authority().isPresent() && headerToo,
                path + ".authority",
                "authority in rewrite and in headers",
                "one of them");
    }
}
