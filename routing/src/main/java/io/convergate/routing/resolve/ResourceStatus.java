package io.convergate.routing.resolve;

import io.convergate.routing.model.gatewayapi.Listener.GroupKind;
import java.util.List;
import java.util.Map;

/** What became of a resource of Gateway API, under the names that its {@code status} has there. Derived, never stored. */
public sealed interface ResourceStatus {
    /**
     * One thing that is so or not.
     *
     * @param type what it is about, such as {@code Accepted}
     * @param status {@code True} or {@code False}
     * @param reason why, in one of Gateway API's words
     * @param message for people; may be empty
     * @param observedGeneration which version of the resource it is about
     */
    record Condition(String type, String status, String reason, String message, long observedGeneration) {}

    /** Of a GatewayClass. */
    record OfClass(List<Condition> conditions, List<Feature> supportedFeatures) implements ResourceStatus {
        public OfClass {
            conditions = List.copyOf(conditions);
            supportedFeatures = List.copyOf(supportedFeatures);
        }
    }

    /** Something that Gateway API leaves open and that is served here. */
    record Feature(String name) {}

    /** Of a Gateway or a ListenerSet. */
    record OfGateway(List<Condition> conditions, List<OfListener> listeners) implements ResourceStatus {
        public OfGateway {
            conditions = List.copyOf(conditions);
            listeners = List.copyOf(listeners);
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
}
