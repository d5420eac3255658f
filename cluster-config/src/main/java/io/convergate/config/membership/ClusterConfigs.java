package io.convergate.config.membership;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.convergate.config.ReplicatedConfigSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The Pekko configuration of a cluster system: {@code convergate-cluster.conf} and what differs from node to node. */
final class ClusterConfigs {
    /** The role that carries a node's name through the membership gossip. */
    static final String NAME_ROLE = "name=";

    private ClusterConfigs() {}

    static Config of(ReplicatedConfigSettings settings) {
        Map<String, Object> own = remoting(settings, settings.clusterPort());
        own.put("pekko.cluster.roles", List.of(NAME_ROLE + settings.nodeName()));
        own.put(
                "pekko.cluster.failure-detector.acceptable-heartbeat-pause",
                settings.timing().heartbeatPause());
        own.put(
                "pekko.cluster.split-brain-resolver.stable-after",
                settings.timing().stableAfter());
        return with(own);
    }

    /** The configuration of a {@link Scout}'s system, which is in no cluster. */
    static Config scout(ReplicatedConfigSettings settings) {
        Map<String, Object> own = remoting(settings, 0);
        own.put("pekko.actor.provider", "remote");
        own.put("pekko.remote.warn-about-direct-use", false);
        return with(own);
    }

    private static Map<String, Object> remoting(ReplicatedConfigSettings settings, int port) {
        Map<String, Object> own = new HashMap<>();
        own.put("pekko.remote.artery.canonical.hostname", settings.host());
        own.put("pekko.remote.artery.canonical.port", port);
        // Outgoing connections come from the node's own address, so that a filter on addresses sees both directions.
        own.put("pekko.remote.artery.advanced.tcp.outbound-client-hostname", settings.host());
        settings.tls().ifPresent(tls -> own.put("pekko.remote.artery.transport", "tls-tcp"));
        return own;
    }

    private static Config with(Map<String, Object> own) {
        return ConfigFactory.parseMap(own)
                .withFallback(
                        ConfigFactory.parseResources(ClusterConfigs.class.getClassLoader(), "convergate-cluster.conf"))
                .withFallback(ConfigFactory.load());
    }
}
