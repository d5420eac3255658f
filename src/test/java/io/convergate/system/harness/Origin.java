package io.convergate.system.harness;

/** An upstream service. It answers every request with 200 and its label as the first word of the body. */
public interface Origin extends AutoCloseable {
    /** The address it listens on: an IPv4 address of this machine. */
    String ADDRESS = "127.0.0.1";

    /** The port it listens on. */
    int port();

    @Override
    void close();
}
