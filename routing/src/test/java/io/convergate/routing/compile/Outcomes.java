package io.convergate.routing.compile;

import io.convergate.routing.TestConfig;
import io.convergate.routing.TestRequest;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.PathRewrite;
import io.convergate.routing.action.Redirect;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.upstream.Upstream;
import java.util.Map;

/** What becomes of requests under a configuration, in words. */
final class Outcomes {
    private Outcomes() {}

    static RouteTable table(String yaml) {
        return compilation(yaml).table();
    }

    static Compilation compilation(String yaml) {
        return new RouteTableCompiler(CompileSettings.of(Map.of())).compile(TestConfig.parse(yaml));
    }

    /** A service with one endpoint for each name, port 80, in a namespace. */
    static String services(String namespace, String... names) {
        StringBuilder yaml = new StringBuilder();
        for (String name : names) {
            yaml.append("""
                    apiVersion: v1
                    kind: Service
                    metadata: {name: %s, namespace: %s}
                    spec: {ports: [{name: http, port: 80}, {name: alt, port: 8080}]}
                    ---
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata: {name: %s, namespace: %s, labels: {kubernetes.io/service-name: %s}}
                    addressType: IPv4
                    endpoints: [{addresses: [10.0.0.1]}]
                    ports: [{name: http, port: 80}, {name: alt, port: 8080}]
                    ---
                    """.formatted(name, namespace, name, namespace, name));
        }
        return yaml.toString();
    }

    static CompiledRoute route(RouteTable table, TestRequest request) {
        PortTable port = table.port(request.port());
        return port == null ? null : port.match(request);
    }

    /** The service's short name, with its port if that is not 80 and the path if it is rewritten; a Location; or a status. */
    static String of(RouteTable table, TestRequest request) {
        CompiledRoute route = route(table, request);
        if (route == null) {
            return "404";
        }
        if (route.action() instanceof DirectResponse direct) {
            return Integer.toString(direct.status());
        }
        if (route.action() instanceof Redirect redirect) {
            return redirect.status() + " " + redirect.location(request);
        }
        Forward forward = (Forward) route.action();
        return destination(forward, forward.pick(0), request);
    }

    private static String destination(Forward forward, WeightedDestination to, TestRequest request) {
        Upstream upstream = to.upstream();
        if (upstream == null) {
            return Integer.toString(to.statusIfUnknown());
        }
        String host = upstream.info().host();
        String name = host.substring(0, Math.max(host.indexOf('.'), 0));
        PathRewrite rewrite = to.rewrite() == null ? forward.rewrite() : to.rewrite();
        String path = rewrite == null ? request.path() : rewrite.rewrite(request.path());
        return name
                + (upstream.info().port() == 80 ? "" : ":" + upstream.info().port())
                + (path.equals(request.path()) ? "" : " " + path)
                + (to.authority() == null ? "" : " as " + to.authority());
    }
}
