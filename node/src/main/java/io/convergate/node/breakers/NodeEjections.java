package io.convergate.node.breakers;

import io.convergate.routing.outlier.EjectionOwner;
import io.convergate.routing.outlier.OutlierDetector;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** The endpoints of one upstream that nodes leave out together. Any thread. */
public final class NodeEjections {
    private final String id;
    private final OutlierDetector<InetSocketAddress> detector;
    private volatile Map<String, InetSocketAddress> addresses = Map.of();

    NodeEjections(String upstream, OutlierDetector<InetSocketAddress> detector) {
        this.id = upstream
                + '#'
                + Integer.toHexString(detector.settings().toString().hashCode());
        this.detector = detector;
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

    /** Leaves these out, as all nodes do. */
    public void obey(Map<String, Long> decided) {
        Map<String, InetSocketAddress> known = addresses;
        if (!known.keySet().containsAll(decided.keySet())) {
            Map<String, InetSocketAddress> again = new HashMap<>();
            detector.keys().forEach(address -> again.put(text(address), address));
            known = Map.copyOf(again);
            addresses = known;
        }
        for (Map.Entry<String, Long> one : decided.entrySet()) {
            InetSocketAddress address = known.get(one.getKey());
            if (address != null) {
                detector.impose(address, one.getValue());
            }
        }
    }
}
