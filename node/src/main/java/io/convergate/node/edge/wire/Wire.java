package io.convergate.node.edge.wire;

import io.convergate.node.edge.EdgeSettings;
import io.convergate.node.edge.ListenerState;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.routing.match.ListenerId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorSystem;

/** What takes connections and speaks HTTP with clients: our own wire on Netty, or Pekko HTTP's server. */
public interface Wire {
    /**
     * The wire that the settings name.
     *
     * @param finished told of every request when it is over
     * @throws IllegalArgumentException if there is none of that name, or it may not be used on that address
     */
    static Wire of(
            EdgeSettings settings,
            EdgeLoops loops,
            EdgeHandler handler,
            Consumer<RequestRecord> finished,
            ActorSystem system) {
        switch (settings.wire()) {
            case "netty":
                return new Listeners(settings, loops, handler, finished);
            case "pekko-http", "pekko-http-exposed":
                return new PekkoHttpWire(settings, loops, handler, finished, system);
            default:
                throw new IllegalArgumentException(
                        "edge wire " + settings.wire() + " (expected: netty, pekko-http or pekko-http-exposed)");
        }
    }

    /** Opens a listener that a Gateway asks for. The stage never fails: one that cannot be opened is a state. */
    CompletionStage<ListenerState> open(ListenerId id, InetSocketAddress address);

    /**
     * Closes a listener and lets its connections end after what they are doing.
     *
     * @return done when its address is free for another; never fails
     */
    CompletionStage<Void> close(ListenerId id);

    /** Every listener that is open or should be, by port and address. */
    List<ListenerState> states();

    /** Open client connections. */
    int connections();

    /** Stops accepting and lets every request finish; done when all have, or when the time is over and they were cut off. */
    CompletionStage<Void> drain(Duration atMost);

    /** Ends what is still open. */
    void shutdown();
}
