package io.convergate.routing.request;

import org.jspecify.annotations.Nullable;

/**
 * Brings the path of a request target to its one canonical form, by which it is matched, authorised and sent on. A path
 * that is canonical already comes back as the same instance, and that case allocates nothing. Stateless, any thread.
 *
 * <p>Refused whatever the normalization, because two parsers would read it differently: a malformed escape, an escaped
 * control character ({@code %00}, {@code %0d} ...), an escaped byte sequence that is an overlong form of a character
 * ({@code %c0%af}, {@code %e0%80%af}), and dot segments that lead above the root. With {@link PathNormalization#BASE} and
 * {@link PathNormalization#MERGE_SLASHES} an escaped slash or backslash stays escaped, as in Istio; what is behind it is no
 * segment of its own for us, and {@code %2f..%2f} and path parameters on a dot segment ({@code ..;x}, {@code .;x}) are
 * refused, because many servers do resolve them.
 */
public final class CanonicalPath {
    private final PathNormalization normalization;

    public CanonicalPath(PathNormalization normalization) {
        this.normalization = normalization;
    }

    /** Why a path has no canonical form. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * The canonical form.
     *
     * @param path a path that starts with a slash, of visible ASCII characters, without query
     * @throws Refused if it has none; the message says why and repeats nothing of the path
     */
    public String of(String path) {
        if (isPlain(path)) {
            return path;
        }
        String decoded = decode(path);
        String resolved = resolve(decoded);
        switch (normalization) {
            case NONE:
                return path;
            case BASE:
                break;
            default:
                resolved = merge(resolved);
                break;
        }
        return resolved.equals(path) ? path : resolved;
    }

    /** Whether the path has nothing in it that any normalization would look at. */
    private static boolean isPlain(String path) {
        char before = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%' || c == '\\' || before == '/' && (c == '.' || c == '/')) {
                return false;
            }
            before = c;
        }
        return true;
    }

    /** Decodes what may be decoded, checks the rest. */
    private String decode(String path) {
        StringBuilder out = null;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            String replacement = null;
            int width = 1;
            if (c == '%') {
                int value = escapeAt(path, i);
                width = 3;
                replacement = decoded(value);
            } else if (c == '\\' && normalization != PathNormalization.NONE) {
                replacement = "/";
            }
            if (replacement != null && out == null) {
                out = new StringBuilder(path.length()).append(path, 0, i);
            }
            if (out != null) {
                if (replacement == null) {
                    out.append(path, i, i + width);
                } else {
                    out.append(replacement);
                }
            }
            i += width - 1;
        }
        return out == null ? path : out.toString();
    }

    private static int escapeAt(String path, int at) {
        if (at + 2 >= path.length()) {
            throw new Refused("a malformed escape in the path");
        }
        int high = Character.digit(path.charAt(at + 1), 16);
        int low = Character.digit(path.charAt(at + 2), 16);
        if (high < 0 || low < 0) {
            throw new Refused("a malformed escape in the path");
        }
        int value = high << 4 | low;
        if (value < ' ' || value == 0x7f) {
            throw new Refused("an escaped control character in the path");
        }
        if (value == 0xc0 || value == 0xc1 || (value == 0xe0 || value == 0xf0) && isOverlong(path, at, value)) {
            throw new Refused("an overlong escape in the path");
        }
        return value;
    }

    /** RFC 3629 section 4: after E0 comes A0 or higher, after F0 comes 90 or higher. */
    private static boolean isOverlong(String path, int at, int value) {
        if (at + 4 >= path.length() || path.charAt(at + 3) != '%') {
            return false;
        }
        int nextHigh = Character.digit(path.charAt(at + 4), 16);
        return nextHigh == 8 || nextHigh == 9 && value == 0xe0;
    }

    /** What takes the place of an escape; null if it stays as it is. */
    private @Nullable String decoded(int value) {
        boolean unreserved = value < 0x80 && isUnreserved((char) value);
        boolean slash = value == '/' || value == '\\';
        switch (normalization) {
            case NONE:
                // Only dots, for the check: the path itself goes on as it came.
                return value == '.' ? "." : null;
            case DECODE_AND_MERGE_SLASHES:
                if (slash) {
                    return "/";
                }
                break;
            default:
                break;
        }
        if (unreserved) {
            return String.valueOf((char) value);
        }
        return null;
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

    /** RFC 3986 section 5.2.4. */
    private static String resolve(String path) {
        StringBuilder out = new StringBuilder(path.length());
        int start = 1;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            boolean last = slash < 0;
            if (isSegment(path, start, end, "..")) {
                int parent = out.lastIndexOf("/");
                if (parent < 0) {
                    throw new Refused("a path that leads above the root");
                }
                out.setLength(parent);
                if (last) {
                    out.append('/');
                }
            } else if (isSegment(path, start, end, ".")) {
                if (last) {
                    out.append('/');
                }
            } else {
                refuseHiddenDots(path, start, end);
                out.append('/').append(path, start, end);
            }
            if (last) {
                break;
            }
            start = end + 1;
        }
        return out.isEmpty() ? "/" : out.toString();
    }

    /** Envoy: after the dot segments are resolved, so that {@code /a//../b} is {@code /a/b}. */
    private static String merge(String path) {
        StringBuilder out = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '/' || i == 0 || path.charAt(i - 1) != '/') {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean isSegment(String path, int start, int end, String segment) {
        return end - start == segment.length() && path.startsWith(segment, start);
    }

    /** A segment that some servers take for a dot segment: with parameters, or between escaped slashes. */
    private static void refuseHiddenDots(String path, int start, int end) {
        int from = start;
        for (int i = start; i <= end; i++) {
            boolean over = i == end || path.charAt(i) == ';' || path.charAt(i) == '\\' || isEscapedSlash(path, i, end);
            if (!over) {
                continue;
            }
            boolean wholeSegment = from == start && i == end;
            if (!wholeSegment && (isSegment(path, from, i, "..") || isSegment(path, from, i, "."))) {
                throw new Refused("dot segments that servers read differently");
            }
            if (i < end && path.charAt(i) == '%') {
                i += 2;
            }
            from = i + 1;
        }
    }

    private static boolean isEscapedSlash(String path, int at, int end) {
        return at + 2 < end
                && path.charAt(at) == '%'
                && (path.startsWith("2F", at + 1)
                        || path.startsWith("2f", at + 1)
                        || path.startsWith("5C", at + 1)
                        || path.startsWith("5c", at + 1));
    }
}
