package io.convergate.loadgen.verify;

/**
 * What a history lacks because it was more than could be kept. A promise that needs what is missing is not judged, unless what is there
 * breaks it already.
 *
 * @param failures exchanges that did not end well
 * @param writes of the configuration
 * @param reads of the nodes
 * @param routed answers that told by which write a node routed
 * @param stored reads of the nodes' stores
 * @param unsafe requests that can do harm twice, as clients sent them
 * @param executions the same, as origins took them: dropped here, or by the logs of the origins
 */
public record Dropped(long failures, long writes, long reads, long routed, long stored, long unsafe, long executions) {
    /** Nothing is missing. */
    public static final Dropped NONE = new Dropped(0, 0, 0, 0, 0, 0, 0);
}
