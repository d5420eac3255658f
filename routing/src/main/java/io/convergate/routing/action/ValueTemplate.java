package io.convergate.routing.action;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A header value that may hold variables: {@code %PROTOCOL%}, {@code %REQ(x-user)%}; {@code %%} is a percent sign. The
 * form is Envoy's; parsed once, rendered for each exchange. Immutable.
 */
public final class ValueTemplate {
    /** What stands for a variable without a value, as in Envoy. */
    private static final String NO_VALUE = "-";

    private final String text;
    private final List<Object> parts;

    private ValueTemplate(String text, List<Object> parts) {
        this.text = text;
        this.parts = List.copyOf(parts);
    }

    /**
     * Parses a template.
     *
     * @throws IllegalArgumentException if a percent sign stands alone or a variable is unknown; the message says which, and
     *     what is known
     */
    public static ValueTemplate parse(String text) {
        List<Object> parts = new ArrayList<>();
        StringBuilder constant = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '%') {
                constant.append(c);
                i++;
                continue;
            }
            int end = text.indexOf('%', i + 1);
            if (end < 0) {
                throw new IllegalArgumentException(
                        text + " (expected: percent signs in pairs, %% for the sign itself)");
            }
            if (end == i + 1) {
                constant.append('%');
            } else {
                if (!constant.isEmpty()) {
                    parts.add(constant.toString());
                    constant.setLength(0);
                }
                parts.add(variable(text.substring(i + 1, end)));
            }
            i = end + 1;
        }
        if (!constant.isEmpty()) {
            parts.add(constant.toString());
        }
        return new ValueTemplate(text, parts);
    }

    private static Variable variable(String command) {
        int open = command.indexOf('(');
        boolean closed = open > 0 && command.endsWith(")");
        String name = closed ? command.substring(0, open) : command;
        String argument =
                closed ? command.substring(open + 1, command.length() - 1).toLowerCase(Locale.ROOT) : "";
        for (Variable.Operator operator : Variable.Operator.values()) {
            boolean takesHeader = operator == Variable.Operator.REQ || operator == Variable.Operator.RESP;
            if (operator.name().equals(name) && takesHeader == closed && takesHeader == !argument.isEmpty()) {
                return new Variable(operator, argument);
            }
        }
        throw new IllegalArgumentException("%" + command + "% (expected: one of "
                + Arrays.stream(Variable.Operator.values())
                        .map(ValueTemplate::form)
                        .collect(Collectors.joining(", "))
                + ")");
    }

    private static String form(Variable.Operator operator) {
        return switch (operator) {
            case REQ, RESP -> operator + "(header)";
            default -> operator.name();
        };
    }

    /** Whether the value is the same for every exchange. */
    public boolean isConstant() {
        return parts.isEmpty() || parts.size() == 1 && parts.get(0) instanceof String;
    }

    /** The value for one exchange; a constant costs nothing. A variable without a value renders as {@code -}. */
    public String render(VariableLookup lookup) {
        if (isConstant()) {
            return parts.isEmpty() ? "" : (String) parts.get(0);
        }
        StringBuilder value = new StringBuilder(text.length() + 32);
        for (Object part : parts) {
            if (part instanceof Variable variable) {
                String found = lookup.value(variable);
                value.append(found == null ? NO_VALUE : found);
            } else {
                value.append((String) part);
            }
        }
        return value.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ValueTemplate template && template.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** The template as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
