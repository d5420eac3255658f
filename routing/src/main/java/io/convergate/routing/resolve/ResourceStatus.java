package io.convergate.routing.resolve;

import io.convergate.routing.model.gatewayapi.Listener.GroupKind;
import java.util.List;
import java.util.Map;

/** What became of a resource of Gateway API or an Ingress, under the names that its {@code status} has there. Derived, never stored. */
public sealed interface ResourceStatus {
    /**
     * One thing that is so or not.
     *
     * @param type what it is about, such as {@code Accepted}
     * @param status {@code True} or {@code False}
     * @param reason why, in one of Gateway API's words
     * @param message for people; may be empty
     * @param observedGeneration which version of the resource it is about
     * @param lastTransitionTime when it became so, RFC 3339 in whole seconds: when the newest of the resources that it follows
     *     from was written; {@link #UNKNOWN_TIME} if nobody knows
     */
    record Condition(
            String type,
            String status,
            String reason,
            String message,
            long observedGeneration,
            String lastTransitionTime) {
        /** Gateway API's time of conditions of which nothing is known. */
        public static final String UNKNOWN_TIME = "1970-01-01T00:00:00Z";
    }

    /** Of a GatewayClass. */
    record OfClass(List<Condition> conditions, List<Feature> supportedFeatures) implements ResourceStatus {
        public OfClass {
            conditions = List.copyOf(conditions);
            supportedFeatures = List.copyOf(supportedFeatures);
        }
    }

    /** Something that Gateway API leaves open and that is served here. */
    record Feature(String name) {}

    /**
     * Of a Gateway.
     *
     * @param addresses where it can be reached; at most {@link #ADDRESSES_MAX}
     * @param conditions what became of it
     * @param listeners and of its listeners
     * @param attachedListenerSets how many sets add listeners to it
     */
    record OfGateway(
            List<Address> addresses, List<Condition> conditions, List<OfListener> listeners, int attachedListenerSets)
            implements ResourceStatus {
        /** Gateway API: GatewayStatus. */
        public static final int ADDRESSES_MAX = 16;

        public OfGateway {
            addresses = addresses.stream().limit(ADDRESSES_MAX).toList();
            conditions = List.copyOf(conditions);
            listeners = List.copyOf(listeners);
        }
    }

    /** Of a ListenerSet. */
    record OfListenerSet(List<Condition> conditions, List<OfListener> listeners) implements ResourceStatus {
        public OfListenerSet {
            conditions = List.copyOf(conditions);
            listeners = List.copyOf(listeners);
        }
    }

    /**
     * An address.
     *
     * @param type {@link #IP} or {@link #NAME}
     * @param value the address or the name
     */
    record Address(String type, String value) {
        /** The type of an IP address. */
        public static final String IP = "IPAddress";

        /** The type of a name. */
        public static final String NAME = "Hostname";
    }

    /** Of an Ingress. */
    record OfIngress(LoadBalancer loadBalancer) implements ResourceStatus {}

    /** Where an Ingress is served, each with {@code ip} or {@code hostname}; nowhere if it is of somebody else's class. */
    record LoadBalancer(List<Map<String, String>> ingress) {
        public LoadBalancer {
            ingress = List.copyOf(ingress);
        }
    }

    /**
     * Of a listener.
     *
     * @param name its name
     * @param supportedKinds the kinds of routes it takes
     * @param attachedRoutes how many it has taken
     * @param conditions what became of it
     */
    record OfListener(String name, List<GroupKind> supportedKinds, int attachedRoutes, List<Condition> conditions) {
        public OfListener {
            supportedKinds = List.copyOf(supportedKinds);
            conditions = List.copyOf(conditions);
        }
    }

    /** Of a route, by the parents that are ours. */
    record OfRoute(List<OfParent> parents) implements ResourceStatus {
        public OfRoute {
            parents = List.copyOf(parents);
        }
    }

    /**
     * Of a route at a parent.
     *
     * @param parentRef the parent as the route names it, by field
     * @param controllerName who says so
     * @param conditions what became of it
     */
    record OfParent(Map<String, Object> parentRef, String controllerName, List<Condition> conditions) {
        public OfParent {
            conditions = List.copyOf(conditions);
        }
    }

    /** Of a policy, by what it acts through. */
    record OfPolicy(List<OfAncestor> ancestors) implements ResourceStatus {
        public OfPolicy {
            ancestors = List.copyOf(ancestors);
        }
    }

    /**
     * Of a policy at what it acts through.
     *
     * @param ancestorRef what that is, by field
     * @param controllerName who says so
     * @param conditions what became of it
     */
    record OfAncestor(Map<String, Object> ancestorRef, String controllerName, List<Condition> conditions) {
        public OfAncestor {
            conditions = List.copyOf(conditions);
        }
    }
}
