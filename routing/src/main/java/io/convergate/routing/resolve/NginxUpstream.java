package io.convergate.routing.resolve;

import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.upstream.HashPolicy;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the annotations of ingress-nginx say of the services of an Ingress.
 *
 * @param connectTimeout how long a connection may take to be made; empty for what else is said of the service
 * @param hash how an endpoint follows from a request; empty for what else is said of the service
 */
public record NginxUpstream(Optional<Duration> connectTimeout, Optional<HashPolicy> hash) {
    /** Nothing is said. */
    public static final NginxUpstream NONE = new NginxUpstream(Optional.empty(), Optional.empty());

    private static final HashPolicy.Table RING = new HashPolicy.Table(false, 1024);
    private static final Pattern VARIABLE =
            Pattern.compile("\\$(?:(remote_addr|binary_remote_addr)|(http|arg|cookie)_([A-Za-z0-9_]{1,100}))");

    static NginxUpstream of(Ingress ingress) {
        return new NginxUpstream(
                NginxAnnotations.number(ingress, "proxy-connect-timeout")
                        .filter(seconds -> seconds > 0)
                        .map(Duration::ofSeconds),
                ingress.nginx("affinity").filter("cookie"::equals).isPresent()
                        ? Optional.of(affinity(ingress))
                        : ingress.nginx("upstream-hash-by").flatMap(NginxUpstream::hashBy));
    }

    /** What a client is told apart by; empty for what only nginx can tell. */
    public static Optional<HashPolicy> hashBy(String variable) {
        Matcher form = VARIABLE.matcher(variable);
        if (!form.matches()) {
            return Optional.empty();
        }
        if (form.group(1) != null) {
            return Optional.of(new HashPolicy(HashPolicy.Source.ADDRESS, "", Optional.empty(), RING));
        }
        String name = form.group(3);
        HashPolicy.Source source =
                switch (form.group(2)) {
                    case "http" -> HashPolicy.Source.HEADER;
                    case "arg" -> HashPolicy.Source.QUERY_PARAMETER;
                    default -> HashPolicy.Source.COOKIE;
                };
        boolean isHeader = source == HashPolicy.Source.HEADER;
        return Optional.of(new HashPolicy(
                source, isHeader ? name.toLowerCase(Locale.ROOT).replace('_', '-') : name, Optional.empty(), RING));
    }

    private static HashPolicy affinity(Ingress ingress) {
        int seconds = NginxAnnotations.number(ingress, "session-cookie-max-age")
                .or(() -> NginxAnnotations.number(ingress, "session-cookie-expires"))
                .orElse(0);
        String attributes = "; Path=" + ingress.nginx("session-cookie-path").orElse("/")
                + ingress.nginx("session-cookie-domain")
                        .map(domain -> "; Domain=" + domain)
                        .orElse("")
                + ingress.nginx("session-cookie-samesite")
                        .map(site -> "; SameSite=" + site)
                        .orElse("")
                + (NginxAnnotations.isTrue(ingress, "session-cookie-secure") ? "; Secure" : "")
                + "; HttpOnly";
        return new HashPolicy(
                HashPolicy.Source.COOKIE,
                ingress.nginx("session-cookie-name").orElse("INGRESSCOOKIE"),
                Optional.of(new HashPolicy.NewCookie(Duration.ofSeconds(seconds), attributes)),
                RING);
    }
}
