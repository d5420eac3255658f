package io.convergate.routing.read;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a single value is. */
enum ScalarKind {
    STRING,
    /** A decimal integer without leading zeros. */
    INTEGER,
    /** A number with a fraction or an exponent. */
    DECIMAL,
    BOOLEAN,
    NULL,
    /** A plain YAML scalar that is one thing to one parser and another to the next. */
    ODD;

    private static final Set<String> ODD_BOOLEANS = Set.of("yes", "no", "on", "off", "y", "n");
    private static final Pattern INTEGERS = Pattern.compile("-?(0|[1-9][0-9]*)");
    private static final Pattern DECIMALS = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    /**
     * What YAML 1.1 (as kubectl reads it) or YAML 1.2 takes for a number, but not in the same way: octal, hexadecimal, binary,
     * underscores, a plus sign, a bare dot, base 60, infinity.
     */
    private static final Pattern ODD_NUMBERS =
            Pattern.compile("[-+]?0[0-9_]+|[-+]?0[xob][0-9a-fA-F_]+|[-+]?[0-9][0-9_]*_[0-9_]*"
                    + "|\\+[0-9][0-9.eE]*|[-+]?\\.[0-9]+([eE][-+]?[0-9]+)?|[-+]?[0-9]+\\.([eE][-+]?[0-9]+)?"
                    + "|[-+]?[0-9]+(:[0-5]?[0-9])+(\\.[0-9]*)?|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

    /** What a plain scalar of a YAML document is. */
    static ScalarKind ofPlainYaml(String text) {
        if (text.isEmpty()) {
            return NULL;
        }
        char first = text.charAt(0);
        if (first >= '0' && first <= '9' || first == '-' || first == '+' || first == '.') {
            return ofNumber(text);
        }
        if (text.length() > 5) {
            return STRING;
        }
        return switch (text) {
            case "true", "false", "True", "False", "TRUE", "FALSE" -> BOOLEAN;
            case "null", "Null", "NULL", "~" -> NULL;
            default -> ODD_BOOLEANS.contains(text.toLowerCase(Locale.ROOT)) ? ODD : STRING;
        };
    }

    private static ScalarKind ofNumber(String text) {
        if (text.length() > 100) {
            return STRING;
        }
        if (INTEGERS.matcher(text).matches()) {
            return INTEGER;
        }
        if (DECIMALS.matcher(text).matches()) {
            return DECIMAL;
        }
        return ODD_NUMBERS.matcher(text).matches() ? ODD : STRING;
    }
}
