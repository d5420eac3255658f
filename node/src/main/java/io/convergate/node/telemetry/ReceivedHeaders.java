package io.convergate.node.telemetry;

import org.jspecify.annotations.Nullable;

/** The header fields of a request as the client sent them. */
public interface ReceivedHeaders {
    /** All values of that name, which is in lower case, joined with a comma; null if there is none. */
    @Nullable
    String joined(String lowerCaseName);
}
