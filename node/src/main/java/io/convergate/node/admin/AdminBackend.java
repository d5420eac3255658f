package io.convergate.node.admin;

import io.convergate.config.ReplicatedConfig;
import io.convergate.node.admin.api.BreakerDetail;
import io.convergate.node.admin.api.EndpointView;
import io.convergate.node.admin.api.ListenerView;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.admin.kube.EventTalk;
import io.convergate.node.edge.SampledTraffic;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the admin API shows and changes. Everything in it may be called on any thread and answers at once.
 *
 * @param nodeName the node's name
 * @param version the software it runs
 * @param config the replicated configuration
 * @param parser reads it
 * @param readiness whether the node should get traffic
 * @param serving what it serves now
 * @param explanations why a request goes where it goes
 * @param sampled recent requests, the newest first
 * @param secrets what becomes of Secrets
 * @param metrics its metrics, in Prometheus' text format
 * @param live how all nodes are doing
 * @param events how nodes tell each other what they noticed
 */
public record AdminBackend(
        String nodeName,
        String version,
        ReplicatedConfig config,
        ConfigParser parser,
        Readiness readiness,
        Supplier<Serving> serving,
        Explanations explanations,
        Supplier<List<SampledTraffic>> sampled,
        SecretsKept secrets,
        Supplier<String> metrics,
        LiveView live,
        EventTalk events) {
    /**
     * What a node serves.
     *
     * @param listeners its ports
     * @param leftOut the endpoints that get no requests, the first of them
     * @param breakers the breakers that are not closed, the first of them
     * @param problems errors and warnings of the configuration
     */
    public record Serving(
            List<ListenerView> listeners,
            List<EndpointView> leftOut,
            List<BreakerDetail> breakers,
            List<ProblemView> problems) {
        /** Before the first activation. */
        public static final Serving NOTHING = new Serving(List.of(), List.of(), List.of(), List.of());

        public Serving {
            listeners = List.copyOf(listeners);
            leftOut = List.copyOf(leftOut);
            breakers = List.copyOf(breakers);
            problems = List.copyOf(problems);
        }
    }
}
