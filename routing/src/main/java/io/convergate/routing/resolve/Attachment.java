package io.convergate.routing.resolve;

import io.convergate.routing.model.gatewayapi.ParentRef;
import java.util.List;

/**
 * What became of a route's wish to be attached to a parent.
 *
 * @param parent the parent
 * @param index which of the route's parents
 * @param listeners the listeners that take it; none unless it is accepted
 * @param outcome whether it is
 * @param message what was found and what was expected; empty if it is
 */
public record Attachment(
        ParentRef parent, int index, List<GatewayListener> listeners, Outcome outcome, String message) {
    public Attachment {
        listeners = List.copyOf(listeners);
    }

    /** What became of it, in Gateway API's words. */
    public enum Outcome {
        ACCEPTED("Accepted"),
        NO_MATCHING_PARENT("NoMatchingParent"),
        NOT_ALLOWED_BY_LISTENERS("NotAllowedByListeners"),
        NO_MATCHING_LISTENER_HOSTNAME("NoMatchingListenerHostname"),
        /** An older route of another kind has its hosts. Gateway API has no word for it. */
        CONFLICTED("Conflicted"),
        /** The parent is nothing of ours: it does not exist, belongs to another class, or is no gateway. */
        NOT_OURS("NotOurs");

        private final String reason;

        Outcome(String reason) {
            this.reason = reason;
        }

        /** Gateway API's word for it. */
        public String reason() {
            return reason;
        }
    }
}
