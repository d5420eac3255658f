package io.convergate.routing.regex;

/**
 * What can be said about the texts an expression matches as a whole without running it: the literals they begin and end
 * with. Conservative: an expression it does not understand has empty literals. Lets a table of expressions be indexed, and
 * spares running most of those that cannot match.
 *
 * @param prefix what every match begins with
 * @param suffix what every match ends with; does not overlap the prefix
 * @param kind whether the literals say all there is
 */
public record RegexShape(String prefix, String suffix, Kind kind) {
    private static final RegexShape UNKNOWN = new RegexShape("", "", Kind.GENERAL);
    private static final String META = "\\.+*?()|[]{}^$";

    /** How much the literals say. */
    public enum Kind {
        /** The expression matches its prefix and nothing else. */
        LITERAL,
        /** The expression matches every text without a line break that begins with its prefix. */
        ANYTHING_AFTER_PREFIX,
        /** The expression must be run. */
        GENERAL
    }

    /** Whether a text begins and ends as a match must. */
    public boolean couldMatch(String text) {
        return text.length() >= prefix.length() + suffix.length() && text.startsWith(prefix) && text.endsWith(suffix);
    }

    static RegexShape of(String expression) {
        String body = withoutAnchors(expression);
        if (body.indexOf('|') >= 0 || body.startsWith("(?") || body.indexOf("\\Q") >= 0) {
            return UNKNOWN;
        }
        int prefixEnd = literalEnd(body);
        String prefix = unescape(body.substring(0, prefixEnd));
        String rest = body.substring(prefixEnd);
        if (rest.isEmpty()) {
            return new RegexShape(prefix, "", Kind.LITERAL);
        }
        if (rest.equals(".*") || rest.equals("(.*)")) {
            return new RegexShape(prefix, "", Kind.ANYTHING_AFTER_PREFIX);
        }
        return new RegexShape(prefix, literalTail(rest), Kind.GENERAL);
    }

    /** A match is always of the whole text, so anchors at the ends say nothing. */
    private static String withoutAnchors(String expression) {
        int from = expression.startsWith("^") ? 1 : 0;
        boolean anchored = expression.length() > from && expression.endsWith("$") && !expression.endsWith("\\$");
        return expression.substring(from, expression.length() - (anchored ? 1 : 0));
    }

    /** Where the literal characters at the start end; a character that is repeated is not one of them. */
    private static int literalEnd(String body) {
        int end = 0;
        int i = 0;
        while (i < body.length()) {
            int next = i + 1;
            char c = body.charAt(i);
            if (c == '\\') {
                if (next == body.length() || META.indexOf(body.charAt(next)) < 0) {
                    break;
                }
                next++;
            } else if (META.indexOf(c) >= 0) {
                break;
            }
            if (next < body.length() && "*+?{".indexOf(body.charAt(next)) >= 0) {
                break;
            }
            i = next;
            end = i;
        }
        return end;
    }

    /**
     * The plain characters at the end, as far back as the last special one. That one may be a backslash, whose own character is
     * then not plain.
     */
    private static String literalTail(String rest) {
        int start = rest.length();
        while (start > 0 && META.indexOf(rest.charAt(start - 1)) < 0) {
            start--;
        }
        if (start > 0 && rest.charAt(start - 1) == '\\') {
            start = Math.min(rest.length(), start + 1);
        }
        boolean insideGroup = rest.indexOf(')', start) >= 0 || rest.indexOf("(?") >= 0;
        return insideGroup ? "" : rest.substring(start);
    }

    private static String unescape(String literal) {
        StringBuilder text = new StringBuilder(literal.length());
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            text.append(c == '\\' ? literal.charAt(++i) : c);
        }
        return text.toString();
    }
}
