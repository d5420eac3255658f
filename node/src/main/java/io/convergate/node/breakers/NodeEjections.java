package io.convergate.node.breakers;

import io.convergate.routing.outlier.EjectionOwner;
import io.convergate.routing.outlier.OutlierDetector;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** The endpoints of one upstream that nodes leave out together. Any thread. */
public final class NodeEjections {
    private final String id;
    private final OutlierDetector<InetSocketAddress> detector;
    private final LongSupplier nanoTime;
    private final Map<String, Long> agreedUntilNanos = new HashMap<>();
    private Map<String, InetSocketAddress> addresses = Map.of();
    private int addressesOf = -1;

    NodeEjections(String upstream, OutlierDetector<InetSocketAddress> detector, LongSupplier nanoTime) {
        this.id = upstream
                + '#'
                + Integer.toHexString(detector.settings().toString().hashCode());
        this.detector = detector;
        this.nanoTime = nanoTime;
    }

    /** What it is known by in the whole cluster: equal rules of one upstream are the same. */
    public String id() {
        return id;
    }

    OutlierDetector<InetSocketAddress> detector() {
        return detector;
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ':' + address.getPort();
    }

    /** What this node has to say. */
    public EjectionOwner.Report report(String node) {
        Map<String, Long> ejected = new HashMap<>();
        detector.ejectedFor().forEach((address, nanos) -> ejected.put(text(address), nanos));
        return new EjectionOwner.Report(
                node, detector.hosts(), detector.settings().maxEjectionPercent(), ejected);
    }

    /**
     * Leaves these out, as all nodes do.
     *
     * @param decided those, with the nanoseconds that are left of their time
     */
    public synchronized void obey(Map<String, Long> decided) {
        long now = nanoTime.getAsLong();
        decided.forEach((endpoint, nanos) -> agreedUntilNanos.put(endpoint, now + nanos));
        remind();
    }

    /** Leaves out what was agreed before, where the endpoint has come later. */
    public synchronized void remind() {
        if (agreedUntilNanos.isEmpty()) {
            return;
        }
        Map<String, InetSocketAddress> known = addresses();
        agreed().forEach((endpoint, nanos) -> {
            InetSocketAddress address = known.get(endpoint);
            if (address != null) {
                detector.impose(address, nanos);
            }
        });
    }

    /** Those that all nodes leave out, each with the nanoseconds that are left of its time. */
    public synchronized Map<String, Long> agreed() {
        long now = nanoTime.getAsLong();
        agreedUntilNanos.values().removeIf(until -> until - now <= 0);
        Map<String, Long> agreed = new HashMap<>();
        agreedUntilNanos.forEach((endpoint, until) -> agreed.put(endpoint, until - now));
        return agreed;
    }

    private Map<String, InetSocketAddress> addresses() {
        int version = detector.version();
        if (version != addressesOf) {
            Map<String, InetSocketAddress> again = new HashMap<>();
            detector.keys().forEach(address -> again.put(text(address), address));
            addresses = again;
            addressesOf = version;
        }
        return addresses;
    }
}
