package io.convergate.routing.read;

import io.convergate.routing.problem.GoDuration;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one mapping, taken by name and type. Each method names a field the mapping may have; those nobody asked
 * for are reported as unknown when the mapping has been read. A field that is missing or of the wrong type yields an empty
 * value, so that reading goes on and finds the next problem too. A key without a value counts as missing.
 */
final class Fields {
    private static final Pattern ANY_DURATION = Pattern.compile(".*");

    private final Tree.Mapping mapping;
    private final String path;
    private final Problems problems;
    private final @Nullable Schema schema;
    private final List<String> known = new ArrayList<>();

    Fields(Tree.Mapping mapping, String path, Problems problems) {
        this(mapping, path, problems, null);
    }

    /** @param schema told of every field that is asked for; then readers of inner mappings run although there are none */
    Fields(Tree.Mapping mapping, String path, Problems problems, @Nullable Schema schema) {
        this.mapping = mapping;
        this.path = path;
        this.problems = problems;
        this.schema = schema;
    }

    /** Reports the fields that were not asked for. Call it last. */
    void end() {
        for (String key : mapping.fields().keySet()) {
            if (!known.contains(key)) {
                Set<String> names = new TreeSet<>(known);
                String rule = Suggestion.nearest(key, names)
                        .map(name -> "did you mean " + name + "?")
                        .orElse("one of " + String.join(", ", names));
                error(key, ProblemCode.UNKNOWN_FIELD, Problem.expected(key, rule), mapping.keyPosition(key));
            }
        }
    }

    /** A field that may hold anything and is not read. */
    void ignored(String name) {
        note(name, Schema.NOT_READ);
        known.add(name);
    }

    /** Whether a field is there that may hold anything and is not read; whoever asks has to warn of it. */
    boolean unread(String name) {
        note(name, Schema.WARNED_OF);
        return take(name) != null;
    }

    Optional<String> text(String name) {
        note(name, "string");
        Tree value = take(name);
        return value == null ? Optional.empty() : asText(value, at(name));
    }

    /** A string that says something: as in proto3, an empty one is as good as none. */
    Optional<String> filledText(String name) {
        return text(name).filter(value -> !value.isEmpty());
    }

    /** A string in a field that had one in an earlier version; what it has now is read by another method if this is empty. */
    Optional<String> earlierText(String name) {
        return mapping.fields().get(name) instanceof Tree.Scalar scalar && scalar.kind() == ScalarKind.STRING
                ? text(name)
                : Optional.empty();
    }

    String requiredText(String name) {
        return required(name, text(name), "");
    }

    boolean flag(String name) {
        return optionalFlag(name).orElse(false);
    }

    Optional<Boolean> optionalFlag(String name) {
        note(name, "boolean");
        Tree value = take(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Tree.Scalar scalar && scalar.kind() == ScalarKind.BOOLEAN) {
            return Optional.of(Boolean.parseBoolean(scalar.text()));
        }
        wrongType(value, at(name), "true or false");
        return Optional.empty();
    }

    OptionalLong number(String name) {
        note(name, "integer");
        Tree value = take(name);
        return value == null ? OptionalLong.empty() : asNumber(value, at(name));
    }

    /** A whole number or a string, as text. Kubernetes: IntOrString. */
    Optional<String> numberOrText(String name) {
        note(name, Schema.NUMBER_OR_TEXT);
        Tree value = take(name);
        if (value instanceof Tree.Scalar scalar && scalar.kind() == ScalarKind.INTEGER) {
            return Optional.of(scalar.text());
        }
        return value == null ? Optional.empty() : asText(value, at(name));
    }

    /** Says that a field that is there has no place here, and what to write instead. */
    void refuse(String name, String rule) {
        if (take(name) != null) {
            error(name, ProblemCode.UNKNOWN_FIELD, Problem.expected(name, rule), mapping.keyPosition(name));
        }
    }

    /** Says that another item of the list has this value already, by which its items are told apart. */
    void again(String name, String value) {
        error(
                name,
                ProblemCode.DUPLICATE_KEY,
                Problem.expected(value + " again", "each " + name + " once"),
                mapping.fields().get(name).position());
    }

    long requiredNumber(String name) {
        OptionalLong number = number(name);
        return required(name, number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty(), 0L);
    }

    OptionalInt integer(String name) {
        OptionalLong number = number(name);
        if (number.isEmpty()) {
            return OptionalInt.empty();
        }
        if (number.getAsLong() != (int) number.getAsLong()) {
            String message = Problem.expected(number.getAsLong(), Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
            error(
                    name,
                    ProblemCode.INVALID_VALUE,
                    message,
                    mapping.fields().get(name).position());
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) number.getAsLong());
    }

    OptionalDouble decimal(String name) {
        note(name, "number");
        Tree value = take(name);
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (value instanceof Tree.Scalar scalar
                && (scalar.kind() == ScalarKind.INTEGER || scalar.kind() == ScalarKind.DECIMAL)) {
            double number = Double.parseDouble(scalar.text());
            if (Double.isFinite(number)) {
                return OptionalDouble.of(number);
            }
        }
        wrongType(value, at(name), "a number");
        return OptionalDouble.empty();
    }

    Optional<Duration> duration(String name) {
        return duration(name, ANY_DURATION, "a duration such as 1h, 1m30s, 250ms");
    }

    /** A duration of this form. */
    Optional<Duration> duration(String name, Pattern form, String rule) {
        Optional<String> text = text(name);
        note(name, "duration");
        Optional<Duration> duration =
                text.filter(found -> form.matcher(found).matches()).flatMap(GoDuration::parse);
        if (text.isPresent() && duration.isEmpty()) {
            String message = Problem.expected(text.get(), rule);
            error(
                    name,
                    ProblemCode.INVALID_VALUE,
                    message,
                    mapping.fields().get(name).position());
        }
        return duration;
    }

    <E extends Enum<E>> Optional<E> choice(String name, Class<E> choices) {
        return parsed(
                name,
                text -> Arrays.stream(choices.getEnumConstants())
                        .filter(choice -> choice.name().equals(text))
                        .findFirst(),
                Arrays.stream(choices.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", ")));
    }

    /** A text that stands for something else; {@code choices} is what the message offers if the parser knows it not. */
    <T> Optional<T> parsed(String name, Function<String, Optional<T>> parser, String choices) {
        Optional<String> text = text(name);
        note(name, "one of " + choices);
        Optional<T> value = text.flatMap(parser);
        if (text.isPresent() && value.isEmpty()) {
            String message = Problem.expected(text.get(), "one of " + choices);
            error(
                    name,
                    ProblemCode.INVALID_VALUE,
                    message,
                    mapping.fields().get(name).position());
        }
        return value;
    }

    List<String> texts(String name) {
        note(name + "[]", "string");
        return items(name, this::asText);
    }

    List<Long> numbers(String name) {
        note(name + "[]", "integer");
        return items(name, (value, at) -> {
            OptionalLong number = asNumber(value, at);
            return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
        });
    }

    <T> List<T> list(String name, Function<Fields, T> reader) {
        explore(name + "[]", reader);
        return items(name, (value, at) -> asObject(value, at, reader));
    }

    /** A list whose items are of the same form as what it is a part of, to any depth. */
    <T> List<T> listOfTheSame(String name, Function<Fields, T> reader) {
        note(name + "[]", "mapping"); // whoever looked further would never end
        return items(name, (value, at) -> asObject(value, at, reader));
    }

    /**
     * A list whose items are told apart by some of their fields. Kubernetes: a list of type {@code map}, whose items are merged
     * one by one.
     */
    <T> List<T> keyed(String name, List<String> keys, Function<Fields, T> reader) {
        if (schema != null) {
            schema.noteKeys(Schema.join(path, name + "[]"), keys);
        }
        return list(name, reader);
    }

    <T> Optional<T> object(String name, Function<Fields, T> reader) {
        explore(name, reader);
        Tree value = take(name);
        return value == null ? Optional.empty() : asObject(value, at(name), reader);
    }

    <T> Optional<T> requiredObject(String name, Function<Fields, T> reader) {
        if (take(name) == null) {
            required(name, Optional.empty(), "");
        }
        return object(name, reader);
    }

    Map<String, String> textMap(String name) {
        note(name + ".*", "string");
        return entries(name, this::asText);
    }

    /** Texts by their keys, none of which a problem shows. */
    Map<String, String> secretMap(String name) {
        note(name + ".*", "string");
        return entries(name, (value, at) -> {
            if (value instanceof Tree.Scalar scalar && scalar.kind() == ScalarKind.STRING) {
                return Optional.of(scalar.text());
            }
            String message = Problem.expected("another type", "a string; write it in quotes");
            problems.error(at, ProblemCode.WRONG_TYPE, message, value.position());
            return Optional.empty();
        });
    }

    Map<String, Long> numberMap(String name) {
        note(name + ".*", "integer");
        return entries(name, (value, at) -> {
            OptionalLong number = asNumber(value, at);
            return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
        });
    }

    <T> Map<String, T> map(String name, Function<Fields, T> reader) {
        explore(name + ".*", reader);
        return entries(name, (value, at) -> asObject(value, at, reader));
    }

    /** Whether the mapping has a field, with or without a value. */
    boolean has(String name) {
        return mapping.fields().containsKey(name);
    }

    /** Reports that of some fields only one may be there; returns whether all is well. */
    void atMostOne(String... names) {
        List<String> present =
                Arrays.stream(names).filter(name -> mapping.get(name) != null).toList();
        if (present.size() > 1) {
            String message = Problem.expected(String.join(" and ", present), "one of them");
            problems.error(path, ProblemCode.CONFLICTING_FIELDS, message, mapping.keyPosition(present.get(1)));
        }
    }

    private void note(String name, String type) {
        if (schema != null) {
            schema.note(Schema.join(path, name), type);
        }
    }

    private void explore(String name, Function<Fields, ?> reader) {
        if (schema != null) {
            schema.note(Schema.join(path, name), "mapping");
            Fields inner = new Fields(mapping, Schema.join(path, name), problems, schema);
            Objects.requireNonNull(reader.apply(inner), "what a reader made");
        }
    }

    private @Nullable Tree take(String name) {
        known.add(name);
        return mapping.get(name);
    }

    /** A value that has to be there; the placeholder if it is not. */
    <T> T required(String name, Optional<T> value, T placeholder) {
        if (value.isEmpty() && mapping.get(name) == null) {
            error(name, ProblemCode.MISSING_FIELD, Problem.expected("nothing", name), mapping.position());
        }
        return value.orElse(placeholder);
    }

    /** Reads a value found at a path; empty if it has the wrong type, which is then reported. */
    private interface ValueReader<T> {
        Optional<T> read(Tree value, String path);
    }

    private <T> List<T> items(String name, ValueReader<T> reader) {
        Tree value = take(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof Tree.Sequence sequence)) {
            wrongType(value, at(name), "a list");
            return List.of();
        }
        List<T> items = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            reader.read(sequence.items().get(i), Paths.item(at(name), i)).ifPresent(items::add);
        }
        return items;
    }

    private <T> Map<String, T> entries(String name, ValueReader<T> reader) {
        Tree value = take(name);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Tree.Mapping entries)) {
            wrongType(value, at(name), "a mapping");
            return Map.of();
        }
        Map<String, T> map = new LinkedHashMap<>();
        entries.fields().forEach((key, tree) -> reader.read(tree, Paths.field(at(name), key))
                .ifPresent(entry -> map.put(key, entry)));
        return map;
    }

    private Optional<String> asText(Tree value, String at) {
        if (value instanceof Tree.Scalar scalar && scalar.kind() == ScalarKind.STRING) {
            return Optional.of(scalar.text());
        }
        wrongType(value, at, "a string");
        return Optional.empty();
    }

    private OptionalLong asNumber(Tree value, String at) {
        if (value instanceof Tree.Scalar scalar && scalar.kind() == ScalarKind.INTEGER) {
            if (scalar.text().length() <= 18) {
                return OptionalLong.of(Long.parseLong(scalar.text()));
            }
            problems.error(
                    at,
                    ProblemCode.INVALID_VALUE,
                    Problem.expected(scalar.describe(), "a smaller number"),
                    value.position());
            return OptionalLong.empty();
        }
        wrongType(value, at, "a whole number");
        return OptionalLong.empty();
    }

    private <T> Optional<T> asObject(Tree value, String at, Function<Fields, T> reader) {
        if (!(value instanceof Tree.Mapping fields)) {
            wrongType(value, at, "a mapping");
            return Optional.empty();
        }
        Fields inner = new Fields(fields, at, problems);
        T object = reader.apply(inner);
        inner.end();
        return Optional.of(object);
    }

    private void wrongType(Tree value, String at, String expected) {
        if (value instanceof Tree.Scalar scalar && scalar.kind() != ScalarKind.STRING && expected.equals("a string")) {
            boolean odd = scalar.kind() == ScalarKind.ODD;
            String message = Problem.expected(scalar.describe(), "a string; write \"" + scalar.text() + "\"");
            problems.error(at, odd ? ProblemCode.ODD_SCALAR : ProblemCode.WRONG_TYPE, message, value.position());
        } else if (value instanceof Tree.Scalar scalar && scalar.kind() == ScalarKind.ODD) {
            String message = Problem.expected(scalar.describe(), expected + ", in a form all parsers read alike");
            problems.error(at, ProblemCode.ODD_SCALAR, message, value.position());
        } else {
            problems.error(at, ProblemCode.WRONG_TYPE, Problem.expected(value.describe(), expected), value.position());
        }
    }

    private void error(String name, String code, String message, SourcePosition position) {
        problems.error(at(name), code, message, position);
    }

    private String at(String name) {
        return Paths.field(path, name);
    }
}
