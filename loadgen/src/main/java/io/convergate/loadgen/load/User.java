package io.convergate.loadgen.load;

import org.jspecify.annotations.Nullable;

/** One user of a session, and what is remembered of the answers so far. Confined to one thread of its load. */
public final class User {
    /** Whose requests belong to no session. */
    public static final User NOBODY = new User("", false, false);

    private final String name;
    private final boolean isSticky;
    private final @Nullable CookieJar cookies;
    private String upstream = "";
    private long sequence = -1;

    public User(String name, boolean isSticky, boolean keepsCookies) {
        this.name = name;
        this.isSticky = isSticky;
        this.cookies = keepsCookies ? new CookieJar() : null;
    }

    public String name() {
        return name;
    }

    /** Whether one upstream must answer all of this user's requests. */
    public boolean isSticky() {
        return isSticky;
    }

    /** Its cookies, or null if it keeps none. */
    @Nullable
    CookieJar cookies() {
        return cookies;
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
