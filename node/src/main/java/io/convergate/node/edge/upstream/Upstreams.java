package io.convergate.node.edge.upstream;

import io.convergate.node.edge.wire.EdgeLoops;
import io.convergate.node.edge.wire.WireLoop;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.Upstream;
import io.convergate.routing.upstream.UpstreamInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The upstreams a node serves and the endpoints behind them. Upstreams that share an address share its connections. Calls
 * are serialised; nothing here is on the path of a request.
 */
public final class Upstreams {
    private final EdgeLoops loops;
    private final NameResolution names;
    private final Map<InetSocketAddress, Endpoint> endpoints = new HashMap<>();
    private final Set<UpstreamRuntime> served = new HashSet<>();

    public Upstreams(EdgeLoops loops) {
        this.loops = loops;
        this.names = new NameResolution(loops);
    }

    /** What the compiler attaches to an upstream: it has its endpoints from the first request on, if they are addresses. */
    public UpstreamRuntime runtime(UpstreamInfo info) {
        UpstreamRuntime runtime = new UpstreamRuntime(info, loops.loops().size());
        if (info.resolution() == Resolution.STATIC) {
            assign(runtime, Map.of());
        }
        return runtime;
    }

    /** The upstreams of the table that is about to be served: names are resolved for these, others are let go. */
    public synchronized void serve(Collection<Upstream> upstreams) {
        Set<UpstreamRuntime> wanted = new HashSet<>();
        for (Upstream upstream : upstreams) {
            wanted.add((UpstreamRuntime) upstream.attachment());
        }
        for (UpstreamRuntime runtime : wanted) {
            if (served.add(runtime)) {
                if (runtime.info().resolution() == Resolution.STATIC) {
                    // Again: an address may have been let go since the runtime was made.
                    assign(runtime, Map.of());
                } else {
                    names.watch(runtime, addresses -> assign(runtime, addresses));
                }
            }
        }
        served.removeIf(runtime -> {
            boolean gone = !wanted.contains(runtime);
            if (gone) {
                names.forget(runtime);
            }
            return gone;
        });
        retireUnused();
    }

    /** Gives the runtime the endpoints that its specification and these addresses of its names make. */
    private synchronized void assign(UpstreamRuntime runtime, Map<String, List<InetAddress>> addresses) {
        Map<Endpoint, Integer> weights = new LinkedHashMap<>();
        for (EndpointSpec spec : runtime.info().endpoints()) {
            for (InetAddress address : addresses.getOrDefault(spec.address(), literal(spec))) {
                Endpoint endpoint = endpoints.computeIfAbsent(
                        new InetSocketAddress(address, spec.port()),
                        socket -> new Endpoint(socket, loops.loops().size()));
                weights.merge(endpoint, spec.weight(), Integer::sum);
            }
        }
        List<Endpoint> list = new ArrayList<>(weights.keySet());
        runtime.endpoints(
                list, weights.values().stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<InetAddress> literal(EndpointSpec spec) {
        return NameResolution.isLiteral(spec.address()) ? List.of(NameResolution.parse(spec.address())) : List.of();
    }

    private void retireUnused() {
        Set<Endpoint> used = new HashSet<>();
        served.forEach(runtime -> used.addAll(runtime.endpoints()));
        endpoints.values().removeIf(endpoint -> {
            boolean unused = !used.contains(endpoint);
            if (unused) {
                endpoint.retire();
                for (WireLoop loop : loops.loops()) {
                    loop.execute(() -> endpoint.pool(loop).closeIdle());
                }
            }
            return unused;
        });
    }

    /** Ends the resolution of names. */
    public void close() {
        names.close();
    }
}
