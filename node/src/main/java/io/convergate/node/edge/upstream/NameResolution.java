package io.convergate.node.edge.upstream;

import io.convergate.node.edge.wire.EdgeLoops;
import io.convergate.node.edge.wire.WireLoop;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.Resolution;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves the names of upstreams, again and again: the resolver keeps an answer for its TTL (a second at least, a minute
 * at most) and is asked every five seconds. A name that cannot be resolved keeps the addresses it had. Runs on the first
 * loop; nobody waits for it.
 */
final class NameResolution {
    private static final Logger LOG = LoggerFactory.getLogger(NameResolution.class);
    private static final int ASK_EVERY_S = 5;
    private static final int TTL_MIN_S = 1;
    private static final int TTL_MAX_S = 60;
    private static final int QUERY_TIMEOUT_MS = 3_000;

    private final WireLoop loop;
    private final DnsNameResolver resolver;
    private final Map<UpstreamRuntime, Watch> watches = new ConcurrentHashMap<>();

    /** One upstream's names with the addresses they had last. Confined to the loop. */
    private record Watch(Consumer<Map<String, List<InetAddress>>> told, Map<String, List<InetAddress>> known) {}

    NameResolution(EdgeLoops loops) {
        loop = loops.loops().get(0);
        resolver = new DnsNameResolverBuilder(loop.eventLoop())
                .datagramChannelType(loops.datagramChannel())
                .ttl(TTL_MIN_S, TTL_MAX_S)
                .negativeTtl(TTL_MIN_S)
                .queryTimeoutMillis(QUERY_TIMEOUT_MS)
                .build();
        loop.eventLoop().scheduleWithFixedDelay(this::askAll, ASK_EVERY_S, ASK_EVERY_S, TimeUnit.SECONDS);
    }

    static boolean isLiteral(String address) {
        return NetUtil.isValidIpV4Address(address) || NetUtil.isValidIpV6Address(address);
    }

    static InetAddress parse(String literal) {
        try {
            return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(literal));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(literal, e);
        }
    }

    /** Tells the addresses of each of the upstream's names now and whenever they change. */
    void watch(UpstreamRuntime runtime, Consumer<Map<String, List<InetAddress>>> told) {
        Watch watch = new Watch(told, new HashMap<>());
        watches.put(runtime, watch);
        loop.execute(() -> ask(runtime, watch));
    }

    void forget(UpstreamRuntime runtime) {
        watches.remove(runtime);
    }

    private void askAll() {
        watches.forEach(this::ask);
    }

    private void ask(UpstreamRuntime runtime, Watch watch) {
        Set<String> names = new LinkedHashSet<>();
        for (EndpointSpec spec : runtime.info().endpoints()) {
            if (!isLiteral(spec.address())) {
                names.add(spec.address());
            }
        }
        if (names.isEmpty()) {
            watch.told.accept(Map.of());
        }
        boolean firstOnly = runtime.info().resolution() == Resolution.DNS_ROUND_ROBIN;
        for (String name : names) {
            resolver.resolveAll(name).addListener((Future<List<InetAddress>> answer) -> {
                if (!answer.isSuccess()) {
                    if (watch.known.put(name, watch.known.getOrDefault(name, List.of())) == null) {
                        LOG.warn(
                                "{} of {} cannot be resolved: {}",
                                name,
                                runtime.info().name(),
                                answer.cause().getMessage());
                    }
                    return;
                }
                List<InetAddress> found = new ArrayList<>(answer.getNow());
                List<InetAddress> addresses = firstOnly ? found.subList(0, 1) : found;
                List<InetAddress> before = watch.known.put(name, List.copyOf(addresses));
                if (before == null || !Set.copyOf(before).equals(Set.copyOf(addresses))) {
                    watch.told.accept(Map.copyOf(watch.known));
                }
            });
        }
    }

    void close() {
        watches.clear();
        resolver.close();
    }
}
