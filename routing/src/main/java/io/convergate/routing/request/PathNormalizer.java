package io.convergate.routing.request;

import io.convergate.routing.request.CanonicalPath.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Brings the paths of requests to their canonical form. Immutable; any thread may use it.
 *
 * <p>A path that is canonical already, which is nearly every path, is recognised in one pass and returned as it is. Otherwise:
 * 1. triplets are decoded or written in upper case, backslashes turned, encoded slashes decoded where asked for; 2. slashes merged
 * where asked for; 3. dot segments resolved. Decoding happens once: {@code %252e} becomes {@code %252e}, never a dot.
 *
 * <p>Refused in every form, {@link PathNormalization#NONE} included: NUL, control characters, malformed escapes, a fragment.
 */
public final class PathNormalizer {
    private final PathNormalization form;
    private final boolean refusesEscapedSlashes;

    /**
     * @param form the form to bring paths to
     * @param escapedSlashes what becomes of encoded slashes and backslashes that the form leaves encoded
     */
    public PathNormalizer(PathNormalization form, EscapedSlashes escapedSlashes) {
        this.form = form;
        this.refusesEscapedSlashes = escapedSlashes == EscapedSlashes.REFUSE;
    }

    /** What becomes of encoded slashes and backslashes. Envoy: path_with_escaped_slashes_action. */
    public enum EscapedSlashes {
        /** They stay encoded, and are no separators; Istio's default. */
        KEEP,
        /** The request is refused, unless the form decodes them. */
        REFUSE
    }

    /**
     * The canonical form of a path.
     *
     * @param rawPath the path as received, without query; {@code *} (of OPTIONS) stays as it is
     */
    public CanonicalPath normalize(String rawPath) {
        if (rawPath.equals("*")) {
            return CanonicalPath.of(rawPath);
        }
        if (rawPath.isEmpty()
                || rawPath.charAt(0) != '/' && !(rawPath.charAt(0) == '\\' && form != PathNormalization.NONE)) {
            return CanonicalPath.refused(Refusal.NOT_ABSOLUTE);
        }
        boolean changes = false;
        char previous = 0;
        for (int i = 0; i < rawPath.length(); i++) {
            char c = rawPath.charAt(i);
            if (c == '%') {
                Refusal refusal = refusalOfTriplet(rawPath, i);
                if (refusal != null) {
                    return CanonicalPath.refused(refusal);
                }
                changes = true;
            } else if (c <= ' ' || c >= 0x7f) {
                return CanonicalPath.refused(c == 0 ? Refusal.NUL : Refusal.BAD_CHARACTER);
            } else if (c == '#') {
                return CanonicalPath.refused(Refusal.FRAGMENT);
            } else if (c == '\\' || previous == '/' && (c == '.' || c == '/')) {
                changes = true;
            }
            previous = c;
        }
        return changes && form != PathNormalization.NONE ? rewrite(rawPath) : CanonicalPath.of(rawPath);
    }

    private @Nullable Refusal refusalOfTriplet(String path, int at) {
        int value = triplet(path, at);
        if (value < 0) {
            return Refusal.MALFORMED_ESCAPE;
        }
        if (value == 0) {
            return Refusal.NUL;
        }
        boolean slash = value == '/' || value == '\\';
        return slash && refusesEscapedSlashes && form != PathNormalization.DECODE_AND_MERGE_SLASHES
                ? Refusal.ESCAPED_SLASH
                : null;
    }

    /** The value of the triplet at a percent sign; -1 if it is none. */
    private static int triplet(String path, int at) {
        if (at + 2 >= path.length()) {
            return -1;
        }
        int high = Character.digit(path.charAt(at + 1), 16);
        int low = Character.digit(path.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private CanonicalPath rewrite(String path) {
        String decoded = decode(path);
        String merged = form == PathNormalization.BASE ? decoded : mergeSlashes(decoded);
        String resolved = resolveDots(merged);
        if (resolved == null) {
            return CanonicalPath.refused(Refusal.ABOVE_ROOT);
        }
        // Resolving a/../ may bring two slashes together again.
        String done = form == PathNormalization.BASE ? resolved : mergeSlashes(resolved);
        return CanonicalPath.of(done.equals(path) ? path : done);
    }

    private String decode(String path) {
        StringBuilder decoded = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\') {
                decoded.append('/');
            } else if (c == '%') {
                char value = (char) triplet(path, i);
                boolean slash = value == '/' || value == '\\';
                if (isUnreserved(value)) {
                    decoded.append(value);
                } else if (slash && form == PathNormalization.DECODE_AND_MERGE_SLASHES) {
                    decoded.append('/');
                } else {
                    decoded.append('%').append(upper(path.charAt(i + 1))).append(upper(path.charAt(i + 2)));
                }
                i += 2;
            } else {
                decoded.append(c);
            }
        }
        return decoded.toString();
    }

    private static boolean isUnreserved(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static char upper(char hexDigit) {
        return hexDigit >= 'a' ? (char) (hexDigit - 32) : hexDigit;
    }

    private static String mergeSlashes(String path) {
        StringBuilder merged = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) != '/' || i == 0 || path.charAt(i - 1) != '/') {
                merged.append(path.charAt(i));
            }
        }
        return merged.toString();
    }

    /** RFC 3986 5.2.4 on an absolute path; null if it would leave the root. An empty segment is a segment. */
    private static @Nullable String resolveDots(String path) {
        StringBuilder resolved = new StringBuilder(path.length());
        int at = 0;
        while (at < path.length()) {
            int next = path.indexOf('/', at + 1);
            int end = next < 0 ? path.length() : next;
            boolean last = next < 0;
            if (isSegment(path, at + 1, end, ".")) {
                if (last) {
                    resolved.append('/');
                }
            } else if (isSegment(path, at + 1, end, "..")) {
                int parent = resolved.lastIndexOf("/");
                if (parent < 0) {
                    return null;
                }
                resolved.setLength(parent);
                if (last) {
                    resolved.append('/');
                }
            } else {
                resolved.append(path, at, end);
            }
            at = end;
        }
        return resolved.isEmpty() ? "/" : resolved.toString();
    }

    private static boolean isSegment(String path, int from, int to, String segment) {
        return to - from == segment.length() && path.startsWith(segment, from);
    }
}
