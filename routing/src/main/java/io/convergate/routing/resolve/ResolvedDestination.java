package io.convergate.routing.resolve;

import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.ServiceEntry;
import java.util.List;
import java.util.Optional;

/** What a destination leads to. */
public sealed interface ResolvedDestination {
    /**
     * A service that is there.
     *
     * @param service the service
     * @param port its port
     * @param rules the rules that hold for it, oldest first
     * @param subset the part of it that is meant; empty for all of it
     */
    record Found(
            ServiceRegistry.Service service,
            ServiceEntry.Port port,
            List<DestinationRule> rules,
            Optional<DestinationRule.Subset> subset)
            implements ResolvedDestination {}

    /**
     * Nothing.
     *
     * @param what what is missing
     * @param name its name
     */
    record Missing(What what, String name) implements ResolvedDestination {}

    /** What a destination may lack. */
    enum What {
        HOST,
        PORT,
        SUBSET
    }
}
