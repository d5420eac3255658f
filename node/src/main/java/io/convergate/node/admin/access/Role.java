package io.convergate.node.admin.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What somebody may do; each role may do what those before it may. */
public enum Role {
    /** Look at everything but the values of Secrets. */
    VIEW,
    /** Change everything but Secrets. */
    EDIT,
    /** See and change Secrets too. */
    ADMIN;

    /** Whether it is enough where another one is needed. */
    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of that word. */
    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }
}
