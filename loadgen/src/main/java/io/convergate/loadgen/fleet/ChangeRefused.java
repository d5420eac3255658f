package io.convergate.loadgen.fleet;

/** A node did not accept a change; the reply says why. */
public final class ChangeRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient AdminReply reply;

    ChangeRefused(String node, AdminReply reply) {
        super(node + " refused a change: " + reply);
        this.reply = reply;
    }

    public AdminReply reply() {
        return reply;
    }
}
