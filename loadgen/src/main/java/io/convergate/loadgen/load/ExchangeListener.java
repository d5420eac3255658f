package io.convergate.loadgen.load;

/** Sees every exchange of a load. Called on the load's own threads, several at once: quick, thread-safe, never blocking. */
@FunctionalInterface
public interface ExchangeListener {
    /** An exchange has its outcome. */
    void completed(Exchange exchange);
}
