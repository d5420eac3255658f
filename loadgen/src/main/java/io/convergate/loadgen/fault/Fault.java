package io.convergate.loadgen.fault;

import java.util.Optional;

/**
 * Something that can be done to a system under test, as data: nodes and origins by their names, so that it can be written into a
 * scenario, printed with a seed and done again. A {@link FaultInjector} does it.
 */
public sealed interface Fault permits NodeFault, PartitionFault, LinkFault, ResourceFault, ClientFault, UpstreamFault {
    /** What is done, in one word: {@code kill}, {@code isolate}. The same for its begin and its end. */
    String kind();

    /** What it is done to, in words. */
    String target();

    /** More, for people; empty if there is no more to say. */
    default String detail() {
        return "";
    }

    /** Why it cannot be done there; empty if it can. Changes nothing. */
    Optional<String> impossible(Stage stage);

    /**
     * Begins it. It can be done there.
     *
     * @return what ends it
     */
    Inflicted begin(Stage stage);
}
