package io.convergate.system.harness;

import io.convergate.loadgen.origin.Origin;

/**
 * An upstream service on 127.0.0.1. It answers every request with 200 and its label as the first word of the body.
 *
 * @param end ends it
 */
public record Upstream(int port, Runnable end) implements AutoCloseable {
    /** The address that upstreams listen on. */
    static final String ADDRESS = "127.0.0.1";

    /** One of loadgen's origins. */
    public static Upstream of(Origin origin) {
        return new Upstream(origin.port(), origin::close);
    }

    @Override
    public void close() {
        end.run();
    }
}
