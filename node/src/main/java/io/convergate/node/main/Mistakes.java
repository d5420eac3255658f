package io.convergate.node.main;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what is wrong with a command line in the one form that every mistake has here: {@code --option value (expected: rule)}.
 * What picocli finds by itself it says in a form of its own for each type; the rule is found again by the option.
 */
final class Mistakes {
    private static final String EXPECTED = " (expected: ";

    private Mistakes() {}

    /** The mistake in one line. */
    static String describe(ParameterException mistake) {
        if (mistake.getArgSpec() instanceof OptionSpec option && mistake.getValue() != null) {
            return wrongValue(option, mistake.getValue(), mistake.getCause());
        }
        String message = oneLine(mistake);
        if (mistake instanceof MissingParameterException missing
                && missing.getMissing().size() == 1
                && missing.getMissing().get(0) instanceof OptionSpec option
                && message.contains(" parameter for option ")) {
            return option.longestName() + " without a value" + EXPECTED + option.longestName() + ' '
                    + option.paramLabel() + ')';
        }
        return mistake instanceof UnmatchedArgumentException unmatched
                        && !unmatched.getUnmatched().isEmpty()
                ? tooMuch(unmatched.getUnmatched().get(0), mistake.getCommandLine())
                : message;
    }

    private static String tooMuch(String word, CommandLine command) {
        String rule = word.startsWith("-")
                ? "an option of " + command.getCommandSpec().qualifiedName()
                : command.getSubcommands().isEmpty() ? "no further word" : "a command";
        return word + EXPECTED + rule + ')';
    }

    /** What was probably meant by an option or a command that there is not. */
    static Optional<String> suggestion(ParameterException mistake) {
        if (!(mistake instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return Optional.empty();
        }
        String typed = unmatched.getUnmatched().get(0).replaceFirst("=.*", "");
        CommandLine command = mistake.getCommandLine();
        return typed.startsWith("--")
                ? Nearest.to(typed.substring(2), names(command.getCommandSpec()))
                        .map(name -> "--" + name)
                : Nearest.to(typed, command.getSubcommands().keySet());
    }

    private static List<String> names(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.hidden())
                .flatMap(option -> Stream.of(option.names()))
                .filter(name -> name.startsWith("--"))
                .map(name -> name.substring(2))
                .toList();
    }

    private static String wrongValue(OptionSpec option, String value, @Nullable Throwable cause) {
        String said = cause instanceof TypeConversionException ? String.valueOf(cause.getMessage()) : "";
        return option.longestName()
                + ' '
                + (said.contains(EXPECTED) ? said : value + EXPECTED + rule(option, value) + ')');
    }

    private static String rule(OptionSpec option, String value) {
        if (option.typeInfo().isMap()) {
            return "pairs such as " + option.paramLabel();
        }
        List<String> choices = option.paramLabel().contains("|")
                ? List.of(option.paramLabel().split("\\|"))
                : option.typeInfo().getEnumConstantNames();
        if (!choices.isEmpty()) {
            return Ranges.anyOf(value, choices);
        }
        Class<?> type = option.typeInfo().getType();
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == double.class) {
            return "a number";
        }
        return type == int.class || type == Integer.class || type == long.class
                ? "a whole number"
                : option.paramLabel();
    }

    private static String oneLine(ParameterException mistake) {
        String message = mistake.getMessage();
        return message == null ? mistake.toString() : message.replaceAll("\\s*\\R\\s*", " ");
    }
}
