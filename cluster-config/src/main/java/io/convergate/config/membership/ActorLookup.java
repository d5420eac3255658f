package io.convergate.config.membership;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;

/** Finds the actors of other nodes that have fixed names, in whatever cluster system a node has at the moment. */
public interface ActorLookup {
    /** The actor of this name in a node. Nobody may be there; then what is sent to it is lost. */
    <T> ActorRef<T> find(NodeAddress node, String name);

    /** Finds actors through the remoting of a system. */
    static ActorLookup remote(ActorSystem<?> system) {
        ActorRefResolver resolver = ActorRefResolver.get(system);
        return new ActorLookup() {
            @Override
            public <T> ActorRef<T> find(NodeAddress node, String name) {
                return resolver.resolveActorRef(node.toPekko() + "/user/" + name);
            }
        };
    }
}
