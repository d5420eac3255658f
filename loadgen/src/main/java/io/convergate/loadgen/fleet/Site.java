package io.convergate.loadgen.fleet;

/** Where the nodes of one fleet run: a driver's addresses, networks and what else they share. Confined to one thread. */
interface Site extends AutoCloseable {
    /** A place for one more node. */
    Machine machine(String name);

    /** An address of this process that nodes can reach: where upstreams and proxies bind. */
    String here();

    /** Gives everything back. Its nodes have ended by then. */
    @Override
    void close();
}
