package io.convergate.loadgen.origin;

import java.util.List;

/** The strings that an origin can be pulled by while it runs, in this process or over its control API. Thread-safe. */
public interface OriginControl {
    /** What it calls itself in its answers. */
    String label();

    /** Misbehaves from now on, in place of what it did before. */
    void misbehave(Misbehaviour misbehaviour);

    /** Behaves again: every later request is answered well. */
    void heal();

    /** How many requests its misbehaviour met so far; a death counts as one. */
    long spoiled();

    /** The newest requests that it saw, oldest first, as many as its log keeps. */
    List<SeenRequest> seen();
}
