package io.convergate.loadgen.load;

/** One user of a session, and what is remembered of the answers so far. Confined to one thread of its load. */
public final class User {
    /** Whose requests belong to no session. */
    public static final User NOBODY = new User("", false);

    private final String name;
    private final boolean isSticky;
    private String upstream = "";
    private long sequence = -1;

    public User(String name, boolean isSticky) {
        this.name = name;
        this.isSticky = isSticky;
    }

    public String name() {
        return name;
    }

    /** Whether one upstream must answer all of this user's requests. */
    public boolean isSticky() {
        return isSticky;
    }

    /** Who answered last, or empty. */
    public String upstream() {
        return upstream;
    }

    /** The last answer's sequence at that upstream, or -1. */
    public long sequence() {
        return sequence;
    }

    /** Keeps in mind who answered; nothing for {@link #NOBODY}. */
    public void remember(String answeredBy, long itsSequence) {
        if (this != NOBODY) {
            upstream = answeredBy;
            sequence = itsSequence;
        }
    }
}
