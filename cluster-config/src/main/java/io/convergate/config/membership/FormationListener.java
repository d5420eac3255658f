package io.convergate.config.membership;

/** Is told how a cluster system gets on. Called on its threads. */
interface FormationListener {
    /** It has no cluster yet, and waits for what the text says. */
    void joining(String detail);

    /** It has found a cluster, and tries to join it. */
    void found();

    /** It is a member. */
    void up();

    /** It cannot get on and must be replaced. */
    void giveUp(String why);
}
