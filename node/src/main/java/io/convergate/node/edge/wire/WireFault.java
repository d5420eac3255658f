package io.convergate.node.edge.wire;

/**
 * Why bytes on a connection are no HTTP that we pass on. After it the decoder reads nothing more.
 *
 * @param status what to answer a client, if it can still be answered: 400, 413, 414, 431, 501 or 505
 * @param reason what was found, for the log and the reply; never the client's own bytes
 */
public record WireFault(int status, String reason) {
    public static WireFault badRequest(String reason) {
        return new WireFault(400, reason);
    }
}
