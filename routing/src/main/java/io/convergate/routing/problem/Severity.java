package io.convergate.routing.problem;

/** How bad a {@link Problem} is. */
public enum Severity {
    /** The resource is refused. */
    ERROR,
    /** The resource is taken, but part of it does not do what it seems to say. */
    WARNING
}
