package io.convergate.node.admin.api;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * How far one node is with a revision.
 *
 * @param node its name
 * @param address its cluster address, {@code host:port}
 * @param state how far it is
 * @param revision the revision it serves now; empty if that is not known
 * @param reason why it does not serve the newest revision; empty if it does
 */
public record NodeProgress(String node, String address, State state, String revision, String reason) {
    /** How far a node is. */
    public enum State {
        /** It serves the revision, or a newer one. */
        SERVING,
        /** It is on its way. */
        PENDING,
        /** It has the revision and keeps some resources back. */
        REFUSED,
        /** It cannot be reached; what it serves is not known. */
        UNREACHABLE;

        /** The word in JSON and on the screen. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
