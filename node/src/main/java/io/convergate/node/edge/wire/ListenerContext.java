package io.convergate.node.edge.wire;

import io.convergate.node.edge.Deadlines;
import io.convergate.node.edge.Limits;
import io.convergate.node.edge.http.RequestTargets;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.routing.match.ListenerId;
import java.util.function.Consumer;

/**
 * What the connections of a listener have in common.
 *
 * @param id by which routes are chosen
 * @param finished told of every request when it is over, on its loop
 */
record ListenerContext(
        ListenerId id,
        EdgeHandler handler,
        RequestTargets targets,
        Limits limits,
        Deadlines deadlines,
        Consumer<RequestRecord> finished) {}
