package io.convergate.routing.action;

import org.jspecify.annotations.Nullable;

/** What the variables of a {@link ValueTemplate} stand for in one exchange. Used on the thread that serves the request. */
@FunctionalInterface
public interface VariableLookup {
    /**
     * The value.
     *
     * @return null if this exchange has none, or has none yet
     */
    @Nullable
    String value(Variable variable);
}
