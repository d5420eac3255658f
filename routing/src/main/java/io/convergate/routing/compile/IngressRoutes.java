package io.convergate.routing.compile;

import io.convergate.routing.action.Action;
import io.convergate.routing.action.Filter;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.action.Redirect;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.match.ValueTest;
import io.convergate.routing.model.Destination;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.regex.SafeRegex;
import io.convergate.routing.resolve.HostNames;
import io.convergate.routing.resolve.NginxAnnotations;
import io.convergate.routing.retry.Backoff;
import io.convergate.routing.retry.RetryConditions;
import io.convergate.routing.retry.RetryPolicy;
import io.convergate.routing.upstream.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The routes of one Ingress for one host. */
final class IngressRoutes {
    /** Where Ingresses are served. */
    static final ListenerId LISTENER = ListenerId.of(80);

    private static final String ANY_HOST = "*";
    private static final int PERMANENT_REDIRECT = 308;

    private final Block.Id id;
    private final Ingress ingress;
    private final boolean forIstio;
    private final NginxAnnotations annotations;
    private final CompileSettings settings;
    private final Backends backends;
    private final List<RouteEntry> entries = new ArrayList<>();

    private IngressRoutes(Block.Id id, Ingress ingress, boolean forIstio, CompileSettings settings, Backends backends) {
        this.id = id;
        this.ingress = ingress;
        this.forIstio = forIstio;
        this.annotations = NginxAnnotations.of(ingress);
        this.settings = settings;
        this.backends = backends;
    }

    /** The host patterns that an Ingress has routes for. */
    static Set<String> hosts(Ingress ingress) {
        Set<String> hosts = new LinkedHashSet<>();
        ingress.rules().forEach(rule -> hosts.add(pattern(rule)));
        if (ingress.defaultBackend().isPresent()) {
            hosts.add(ANY_HOST);
        }
        return hosts;
    }

    private static String pattern(Ingress.Rule rule) {
        String host = rule.host().map(HostNames::canonical).orElse(ANY_HOST);
        return host.startsWith("*.") ? PortTable.ONE_LABEL + host.substring(2) : host;
    }

    /**
     * The routes for the host of a block, in no order.
     *
     * @param forIstio whether paths without a type of their own are read as Istio does
     */
    static List<RouteEntry> compile(
            Block.Id id, Ingress ingress, boolean forIstio, CompileSettings settings, Backends backends) {
        IngressRoutes routes = new IngressRoutes(id, ingress, forIstio, settings, backends);
        for (int i = 0; i < ingress.rules().size(); i++) {
            Ingress.Rule rule = ingress.rules().get(i);
            if (pattern(rule).equals(id.host())) {
                for (int j = 0; j < rule.paths().size(); j++) {
                    routes.add(
                            "spec.rules[" + i + "].http.paths[" + j + "]",
                            rule.paths().get(j));
                }
            }
        }
        ingress.defaultBackend().ifPresent(backend -> routes.add("spec.defaultBackend", PathPattern.ANY, backend));
        routes.annotations.appRoot().ifPresent(routes::addAppRoot);
        return routes.entries;
    }

    private void add(String path, Ingress.Path written) {
        add(path, pattern(written), written.backend());
    }

    private void add(String path, PathPattern pattern, Ingress.Backend backend) {
        if (annotations.httpsRedirect()) {
            entries.add(new RouteEntry(
                    pattern,
                    List.of(new RequestCondition.Scheme(new ValueTest.Exact("http"))),
                    route(path, pattern, redirect(PERMANENT_REDIRECT, Optional.of("https"), null))));
        }
        if (annotations.redirect().isPresent()) {
            entries.add(new RouteEntry(
                    pattern,
                    List.of(),
                    route(path, pattern, redirect(annotations.redirect().get()))));
            return;
        }
        Forward forward = new Forward(
                List.of(new WeightedDestination(
                                upstream(backend),
                                1,
                                annotations.upstreamVhost().orElse(null),
                                HeaderOperations.NONE,
                                HeaderOperations.NONE)
                        .named(backend.service().map(service -> service.name()).orElse(""))),
                0,
                annotations.readTimeout().map(IngressRoutes::answeredWithin).orElse(RetryPolicy.DEFAULT),
                List.of(),
                annotations
                        .rewriteTarget()
                        .map(target -> rewrite(target, pattern))
                        .orElse(null),
                HeaderOperations.NONE,
                HeaderOperations.NONE);
        entries.add(new RouteEntry(pattern, List.of(), route(path, pattern, forward)));
    }

    private void addAppRoot(String target) {
        String path = "metadata.annotations[" + Ingress.NGINX + "app-root]";
        entries.add(new RouteEntry(
                new PathPattern.Exact("/", false),
                List.of(),
                route(
                        path,
                        new PathPattern.Exact("/", false),
                        redirect(302, Optional.empty(), new PathRewrite.Whole(target)))));
    }

    private static Redirect redirect(NginxAnnotations.RedirectTo to) {
        return new Redirect(
                to.status(),
                Optional.of(to.scheme()),
                Optional.of(to.host()),
                to.port().isPresent() ? Redirect.Port.EXPLICIT : Redirect.Port.SCHEME_DEFAULT,
                to.port(),
                to.path().map(PathRewrite.Whole::new).orElse(null),
                HeaderOperations.NONE);
    }

    private static Redirect redirect(int status, Optional<String> scheme, @Nullable PathRewrite path) {
        return new Redirect(
                status, scheme, Optional.empty(), Redirect.Port.KEEP, OptionalInt.empty(), path, HeaderOperations.NONE);
    }

    private CompiledRoute route(String path, PathPattern pattern, Action action) {
        RouteInfo info = new RouteInfo(
                "",
                "",
                id.source(),
                HostNames.shown(id.host()),
                id.port(),
                Optional.empty(),
                id.source(),
                path,
                pattern.template());
        return new CompiledRoute(
                info, filters(), action, settings.routeAttachment().apply(info));
    }

    private List<Filter> filters() {
        return annotations
                .cors()
                .<Filter>map(cors -> FilterCompiler.cors(
                        cors.origins(),
                        cors.methods(),
                        cors.headers(),
                        cors.exposed(),
                        cors.maxAgeSeconds(),
                        cors.credentials()))
                .stream()
                .toList();
    }

    private @Nullable Upstream upstream(Ingress.Backend backend) {
        if (backend.service().isEmpty()) {
            return null;
        }
        Ingress.ServicePort service = backend.service().get();
        String namespace = ingress.metadata().namespace();
        String host = HostNames.service(service.name(), namespace);
        return service.portName().isPresent()
                ? backends.find(host, service.portName().get(), namespace, annotations.upstream())
                : backends.find(
                        new Destination(host, Optional.empty(), service.number()), namespace, annotations.upstream());
    }

    private static RetryPolicy answeredWithin(Duration time) {
        return new RetryPolicy(
                RetryPolicy.DEFAULT.attempts(), RetryConditions.DEFAULT, time.toNanos(), Backoff.DEFAULT, true, false);
    }

    private PathPattern pattern(Ingress.Path written) {
        String path = written.path();
        if (written.type() == Ingress.PathType.EXACT) {
            return new PathPattern.Exact(path, false);
        }
        if (annotations.regex()) { // ingress-nginx: location ~* "^path"
            return new PathPattern.Regex(SafeRegex.compile("(?i)" + path + ".*"));
        }
        if (written.type() == Ingress.PathType.PREFIX) {
            return PathPattern.Elements.of(path);
        }
        if (path.endsWith("/*")) {
            return PathPattern.Elements.of(path.substring(0, path.length() - 1));
        }
        if (forIstio && path.endsWith(".*")) {
            return new PathPattern.Prefix(path.substring(0, path.length() - 2), false);
        }
        return forIstio && !path.isEmpty() ? new PathPattern.Exact(path, false) : PathPattern.Elements.of(path);
    }

    /** ingress-nginx: the whole path becomes the target; {@code $1} is what the first group of the path's expression matched. */
    private static PathRewrite rewrite(String target, PathPattern pattern) {
        return pattern instanceof PathPattern.Regex regex
                ? new PathRewrite.Regex(
                        SafeRegex.compile("^(?:" + regex.regex() + ")$").pattern(),
                        target.replace("\\", "\\\\").replaceAll("\\$([0-9])", "\\\\$1"))
                : new PathRewrite.Whole(target);
    }
}
