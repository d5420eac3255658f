package io.convergate.node.telemetry.trace;

/**
 * Checks {@code tracestate}, which this gateway passes on as it came and adds nothing to. Several fields are one list. That a
 * key is there once is the duty of who adds it (3.5): who passes it on may leave out duplicates and need not, so it is not looked for.
 * Confined to one thread.
 *
 * @see <a href="https://www.w3.org/TR/trace-context-2/#tracestate-header">W3C Trace Context, level 2, 3.3</a>
 */
public final class TraceState {
    private static final int MEMBERS_MAX = 32;
    private static final int KEY_MAX = 256;
    private static final int VALUE_MAX = 256;

    private int members;
    private boolean valid = true;

    /** Takes one more field; whether all that were taken are in order. */
    public boolean take(String field) {
        int at = 0;
        while (valid && at <= field.length()) {
            int comma = field.indexOf(',', at);
            int end = comma < 0 ? field.length() : comma;
            valid = isMember(field, at, end);
            at = end + 1;
        }
        return valid;
    }

    /** Whether there is nothing, or a key and a value, between two commas. */
    private boolean isMember(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        if (start == end) {
            return true;
        }
        members++;
        int equals = text.indexOf('=', start);
        return members <= MEMBERS_MAX
                && equals > start
                && equals < end
                && isKey(text, start, equals)
                && isValue(text, equals + 1, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isKey(String text, int from, int to) {
        if (to - from > KEY_MAX || !isLetterOrDigit(text.charAt(from))) {
            return false;
        }
        for (int i = from + 1; i < to; i++) {
            char c = text.charAt(i);
            if (!isLetterOrDigit(c) && c != '_' && c != '-' && c != '*' && c != '/' && c != '@') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    private static boolean isValue(String text, int from, int to) {
        if (from == to || to - from > VALUE_MAX) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '=') {
                return false;
            }
        }
        return true;
    }
}
