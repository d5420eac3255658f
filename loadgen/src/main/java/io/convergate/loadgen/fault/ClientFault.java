package io.convergate.loadgen.fault;

import java.util.Locale;
import java.util.Optional;

/**
 * Clients that mean ill, or are just slow: they hold connections of a node's port 80. A connection that the node ends is opened anew, so that the
 * attack goes on. Its end closes them.
 *
 * @param node the name of the node
 * @param manner what they do
 * @param connections how many at any time, 1 to 20,000
 * @param authority the host that they ask for; a node answers one that it does not know at once, and ends the connection
 * @param path the path that they ask for
 */
public record ClientFault(String node, Manner manner, int connections, String authority, String path) implements Fault {
    private static final int CONNECTIONS_MAX = 20_000;

    /** What a bad client does with its connection. */
    public enum Manner {
        /** Nothing at all. */
        FLOOD,
        /** A request's head, a byte a second: slowloris. */
        SLOW_HEAD,
        /** A whole head, then its body, a byte a second. */
        SLOW_BODY,
        /** One request after the other, and its answers read a few bytes a second. */
        SLOW_READ;

        /** Its name in scenarios. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public ClientFault {
        if (connections < 1 || connections > CONNECTIONS_MAX) {
            throw new IllegalArgumentException(
                    "connections " + connections + " (expected: 1 to " + CONNECTIONS_MAX + ")");
        }
    }

    @Override
    public String kind() {
        return "clients-" + manner.text();
    }

    @Override
    public String target() {
        return node;
    }

    @Override
    public String detail() {
        return connections + " connections" + (manner == Manner.FLOOD ? "" : " asking for " + authority + path);
    }

    @Override
    public Optional<String> impossible(Stage stage) {
        return stage.noNode(node);
    }

    @Override
    public Inflicted begin(Stage stage) {
        BadClients clients = BadClients.start(this, stage.node(node).http());
        return Inflicted.of(
                () -> Proof.of(
                        clients.opened() >= connections,
                        "%,d connections were opened, %,d are open".formatted(clients.opened(), clients.open())),
                clients::close);
    }
}
