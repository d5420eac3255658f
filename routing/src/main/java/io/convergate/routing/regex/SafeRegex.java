package io.convergate.routing.regex;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression from a user, compiled within bounds. RE2 matches in linear time, but compiling is not bounded by
 * itself: thirty characters of nested repetition make a program of a million instructions, and five thousand parentheses
 * overflow the stack. Immutable; may be used by any thread. Matching allocates.
 */
public final class SafeRegex {
    /** The longest expression, in characters. Istio has the same bound. */
    public static final int LENGTH_MAX = 1024;

    /** The deepest nesting of parentheses. */
    public static final int DEPTH_MAX = 100;

    /** The largest program an expression may compile to, in RE2's instructions. */
    public static final int PROGRAM_MAX = 10_000;

    private final Pattern pattern;
    private final RegexShape shape;

    private SafeRegex(Pattern pattern, RegexShape shape) {
        this.pattern = pattern;
        this.shape = shape;
    }

    /**
     * Compiles an expression.
     *
     * @throws IllegalArgumentException if it is no RE2 expression or exceeds a bound; the message says what was expected
     */
    public static SafeRegex compile(String expression) {
        if (expression.length() > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    expression.length() + " characters (expected: at most " + LENGTH_MAX + ")");
        }
        int depth = depth(expression);
        if (depth > DEPTH_MAX) {
            throw new IllegalArgumentException(depth + " nested parentheses (expected: at most " + DEPTH_MAX + ")");
        }
        try {
            Pattern pattern = Pattern.compile(expression);
            if (pattern.programSize() > PROGRAM_MAX) {
                throw new IllegalArgumentException(expression + " compiles to " + pattern.programSize()
                        + " instructions (expected: at most " + PROGRAM_MAX + ")");
            }
            return new SafeRegex(pattern, RegexShape.of(expression));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    expression + " (expected: RE2 syntax, without look-around and back-references: "
                            + e.getDescription() + ")",
                    e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(expression + " (expected: less nesting)", e);
        }
    }

    private static int depth(String expression) {
        int depth = 0;
        int deepest = 0;
        for (int i = 0; i < expression.length(); i++) {
            switch (expression.charAt(i)) {
                case '\\' -> i++;
                case '(' -> deepest = Math.max(deepest, ++depth);
                case ')' -> depth--;
                default -> {}
            }
        }
        return deepest;
    }

    /** Whether the whole text matches. */
    public boolean matches(String text) {
        return shape.couldMatch(text) && pattern.matches(text);
    }

    /** What is known about the texts it matches. */
    public RegexShape shape() {
        return shape;
    }

    /** The compiled expression, for replacing. */
    public Pattern pattern() {
        return pattern;
    }

    /** The expression as it was written. */
    @Override
    public String toString() {
        return pattern.pattern();
    }
}
