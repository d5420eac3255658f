package io.convergate.node.main.client;

import io.convergate.node.admin.api.NodeProgress;
import io.convergate.node.admin.api.StatusReport;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import java.net.URI;
import java.util.List;

/**
 * The nodes of a cluster as one of them knows it, and how to talk to each: at the address where the cluster knows it, on the port
 * that {@code --server} has, with the same credentials.
 *
 * @param server how to talk to the one that was asked
 * @param status what it said
 */
record OtherNodes(ServerOption server, StatusReport status) {
    /** Asks the node at {@code --server}. */
    static OtherNodes of(ServerOption server) {
        AdminClient.Reply reply = server.connect().get("/status", "application/json");
        if (!reply.isSuccess()) {
            throw new CommandFailed(ExitCode.FAILED, reply.problem().detail());
        }
        return new OtherNodes(server, reply.as(StatusReport.class));
    }

    /** All nodes, the one that was asked included. */
    List<NodeProgress> all() {
        return status.nodes();
    }

    /** A client for one of them. */
    AdminClient client(NodeProgress node) {
        if (node.node().equals(status.node())) {
            return server.connect();
        }
        String host = node.address().substring(0, node.address().lastIndexOf(':'));
        URI asked = server.address();
        return server.connect(URI.create(asked.getScheme() + "://" + host + ":" + asked.getPort()));
    }

    /** A client for the one of that name. */
    AdminClient named(String name) {
        return client(progress(name));
    }

    /** What is known of the one of that name. */
    NodeProgress progress(String name) {
        return all().stream()
                .filter(node -> node.node().equals(name))
                .findFirst()
                .orElseThrow(() -> new CommandFailed(
                        ExitCode.FAILED, "--node " + name + " (expected: a node that 'convergate status' shows)"));
    }
}
