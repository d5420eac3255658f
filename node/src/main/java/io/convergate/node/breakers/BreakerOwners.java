package io.convergate.node.breakers;

/** Who decides about breakers for the whole cluster. Any thread; nothing waits. */
public interface BreakerOwners {
    /** Nobody: every node for itself. */
    BreakerOwners NONE = new BreakerOwners() {
        @Override
        public void changed(NodeBreaker breaker) {
            // Nobody hears it.
        }

        @Override
        public void probed(NodeBreaker breaker, long epoch, boolean good) {
            // Nobody hears it.
        }

        @Override
        public void ejected() {
            // Nobody hears it.
        }
    };

    /** A breaker sees its upstream failing, or sees that no more. Called with the breaker's lock held. */
    void changed(NodeBreaker breaker);

    /** An endpoint that nodes leave out together is left out here. Called with a lock held. */
    void ejected();

    /** Calls that were tried for an owner are over. Called with the breaker's lock held. */
    void probed(NodeBreaker breaker, long epoch, boolean good);
}
