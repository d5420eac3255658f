package io.convergate.loadgen.load;

/** One connection of some protocol, as its slot drives it. Confined to its loop. Another protocol is another implementation. */
interface WireConnection {
    /** Whether it takes another call beside those that are under way. */
    boolean hasRoom(int underWay);

    /** Sends a request; {@link #flush()} follows. The slot hears of the end. */
    void send(Call call);

    /** Gives up a call whose deadline passed; the connection may end by it, in which case the slot hears that it was lost. */
    void abandon(Call call);

    /** Puts on the wire what was sent. */
    void flush();

    /** Ends it; the slot hears no more of it. */
    void close();
}
