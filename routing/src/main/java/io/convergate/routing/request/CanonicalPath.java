package io.convergate.routing.request;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of bringing a path to its canonical form: the path, or the reason to refuse the request with 400. One form for
 * matching, policy and upstream, so that no two of them see different paths.
 */
public final class CanonicalPath {
    private final @Nullable String path;
    private final @Nullable Refusal refusal;

    private CanonicalPath(@Nullable String path, @Nullable Refusal refusal) {
        this.path = path;
        this.refusal = refusal;
    }

    /** Why a path is refused. */
    public enum Refusal {
        /** It does not begin with a slash. */
        NOT_ABSOLUTE("a path begins with a slash"),
        /** A percent sign without two hexadecimal digits. */
        MALFORMED_ESCAPE("after a percent sign come two hexadecimal digits"),
        /** {@code %00}, or a NUL itself. */
        NUL("a path holds no NUL"),
        /** A control character, a blank, or something beyond ASCII, as it is and not encoded. */
        BAD_CHARACTER("control characters, blanks and characters beyond ASCII are encoded"),
        /** {@code %2F} or {@code %5C}, where they are not taken. */
        ESCAPED_SLASH("slashes and backslashes are not encoded"),
        /** A {@code ..} that would leave the root. */
        ABOVE_ROOT("no .. above the root"),
        /** A fragment: a client keeps it to itself. */
        FRAGMENT("no fragment");

        private final String rule;

        Refusal(String rule) {
            this.rule = rule;
        }

        /** What was expected, in words. */
        public String rule() {
            return rule;
        }
    }

    static CanonicalPath of(String path) {
        return new CanonicalPath(path, null);
    }

    static CanonicalPath refused(Refusal refusal) {
        return new CanonicalPath(null, refusal);
    }

    /** Whether the request must be refused. */
    public boolean isRefused() {
        return refusal != null;
    }

    /** Why; only if it is refused. */
    public Refusal refusal() {
        return Objects.requireNonNull(refusal, "not refused");
    }

    /** The path; the very instance that was given if nothing had to change. Only if it is not refused. */
    public String path() {
        return Objects.requireNonNull(path, "refused");
    }
}
