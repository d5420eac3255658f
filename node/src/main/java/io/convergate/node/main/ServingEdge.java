package io.convergate.node.main;

import io.convergate.node.admin.api.BreakerDetail;
import io.convergate.node.admin.api.EndpointView;
import io.convergate.node.admin.api.ListenerView;
import io.convergate.node.edge.RevisionGate;
import io.convergate.node.edge.SampledTraffic;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.request.PathNormalization;
import io.convergate.routing.upstream.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the wiring needs of the edge. Any thread. */
interface ServingEdge {
    /** What the compiler must know to make tables for this edge, on a node with these labels. */
    CompileSettings compileSettings(Map<String, String> labels);

    /** What it does to paths before it matches them. */
    PathNormalization pathNormalization();

    /** Opens and closes listeners as the table wants and serves by it from then on; answers with every listener. */
    CompletionStage<List<ListenerView>> publish(RouteTable table);

    /** Lets requests ask for configurations. */
    void gate(RevisionGate gate);

    /** The endpoints of an upstream, each with what stands against it. */
    List<String> endpoints(Upstream upstream);

    /** The endpoints that get no requests, the first of them. */
    List<EndpointView> leftOut();

    /** Recent requests that are kept in mind, the newest first. */
    List<SampledTraffic> sampled();

    /** The listeners as they are now. */
    List<ListenerView> listeners();

    /** Tells those who ask this edge itself, and not {@code /readyz}, that they should go elsewhere. */
    void leave();

    /** What its first requests would wait for, or go without; empty if nothing, and after some seconds. */
    String warmingUp();

    /** The breakers that are not closed, the first of them. */
    List<BreakerDetail> openBreakers();

    /** Takes no more connections, lets requests in flight finish, and ends what is left at the deadline. */
    CompletionStage<Void> drain(Duration deadline);

    /** Ends it at once, and waits. */
    void close();

    /** In a few words for the first lines of the log: which transport and why, how many loops. */
    String description();

    /** In a few words for the first lines of the log: where the rate limit service is; empty if it is off. */
    Optional<String> limitService();
}
