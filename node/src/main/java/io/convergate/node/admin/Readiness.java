package io.convergate.node.admin;

import java.util.List;

/** Whether the node should get traffic. Asked by every health check, on any thread; must be cheap. */
@FunctionalInterface
public interface Readiness {
    /** Why it should not, in words for people; empty if it should. */
    List<String> notReadyBecause();
}
