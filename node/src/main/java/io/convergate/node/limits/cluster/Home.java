package io.convergate.node.limits.cluster;

import io.convergate.routing.limit.Ask;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What the owners of keys that live on a node have in common.
 *
 * @param usage the record of used quotas
 * @param departures of nodes
 * @param owned counts them
 * @param arrivals of their shards
 * @param nodes the actors of all nodes that can be reached, this one's among them
 * @param takeOverWait how long a new owner waits for what nodes hold, before it answers an ask
 */
record Home(
        UsageRecord usage,
        Departures departures,
        Owned owned,
        Arrivals arrivals,
        Supplier<Map<String, ActorRef<OwnerMessage.ToNode>>> nodes,
        Function<Ask, Duration> takeOverWait) {}
