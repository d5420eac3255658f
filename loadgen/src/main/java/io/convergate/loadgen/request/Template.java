package io.convergate.loadgen.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Text with holes, filled in for each request.
 *
 * <table>
 * <caption>Holes</caption>
 * <tr><td>{@code {{seq}}}</td><td>the request's number, from 0</td></tr>
 * <tr><td>{@code {{random 1..9}}}</td><td>a whole number, both ends included</td></tr>
 * <tr><td>{@code {{uuid}}}</td><td>a random UUID</td></tr>
 * <tr><td>{@code {{id}}}</td><td>the request's id, by which an origin's log knows it</td></tr>
 * <tr><td>{@code {{session}}}</td><td>the session's name</td></tr>
 * <tr><td>{@code {{pick NAME}}}</td><td>a random entry of the list of that name</td></tr>
 * <tr><td>{@code {{each NAME}}}</td><td>its entries in turn, by the request's number</td></tr>
 * </table>
 *
 * Random values come from the seed and the request's number. Immutable.
 */
public final class Template {
    private final List<Part> parts;
    private final String source;

    private Template(String source, List<Part> parts) {
        this.source = source;
        this.parts = List.copyOf(parts);
    }

    /** A text without holes. */
    public static Template constant(String text) {
        return new Template(text, List.of(new Text(text)));
    }

    /** Reads a text whose holes name no list. */
    public static Template parse(String text) {
        return parse(text, Map.of());
    }

    /**
     * Reads a text with holes.
     *
     * @param lists the lists that holes may name, none of them empty
     * @throws IllegalArgumentException with {@code value (expected: rule)} if a hole says something else
     */
    public static Template parse(String text, Map<String, List<String>> lists) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int open = text.indexOf("{{", at);
            if (open < 0) {
                parts.add(new Text(text.substring(at)));
                break;
            }
            int close = text.indexOf("}}", open);
            if (close < 0) {
                throw new IllegalArgumentException(text.substring(open) + " (expected: }} after {{)");
            }
            if (open > at) {
                parts.add(new Text(text.substring(at, open)));
            }
            parts.add(hole(text.substring(open + 2, close).strip(), lists));
            at = close + 2;
        }
        return new Template(text, parts);
    }

    private static Part hole(String hole, Map<String, List<String>> lists) {
        String[] words = hole.split("\\s+");
        String argument = words.length == 2 ? words[1] : "";
        return switch (words.length == 2 ? words[0] + " " : words.length == 1 ? words[0] : "") {
            case "seq" -> (out, variables) -> out.append(variables.number());
            case "uuid" -> Template::uuid;
            case "id" -> (out, variables) -> out.append(variables.idPrefix()).append(variables.number());
            case "session" -> (out, variables) -> out.append(variables.session());
            case "random " -> random(argument);
            case "pick " -> {
                List<String> list = list(argument, lists);
                yield (out, variables) -> out.append(list.get(variables.below(list.size())));
            }
            case "each " -> {
                List<String> list = list(argument, lists);
                yield (out, variables) -> out.append(list.get((int) (variables.number() % list.size())));
            }
            default ->
                throw new IllegalArgumentException(
                        "{{" + hole + "}} (expected: seq, random A..B, uuid, id, session, pick LIST or each LIST)");
        };
    }

    private static Part random(String range) {
        int dots = range.indexOf("..");
        try {
            long from = Long.parseLong(range.substring(0, Math.max(dots, 0)));
            long to = Long.parseLong(range.substring(dots + 2));
            if (from <= to && to - from >= 0 && to - from < Long.MAX_VALUE) {
                return (out, variables) -> out.append(from + Math.floorMod(variables.random(), to - from + 1));
            }
        } catch (NumberFormatException ignored) {
            // said below
        }
        throw new IllegalArgumentException("random " + range + " (expected: random A..B, whole numbers, A at most B)");
    }

    private static List<String> list(String name, Map<String, List<String>> lists) {
        List<String> list = lists.get(name);
        if (list == null) {
            String known = lists.keySet().stream().sorted().collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    name + " (expected: a list of this file: " + (known.isEmpty() ? "it has none" : known) + ")");
        }
        return List.copyOf(list);
    }

    // RFC 9562, version 4.
    private static void uuid(StringBuilder out, Variables variables) {
        long high = (variables.random() & 0xFFFFFFFFFFFF0FFFL) | 0x4000L;
        long low = (variables.random() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        hex(out, high, 60, 32);
        out.append('-');
        hex(out, high, 28, 16);
        out.append('-');
        hex(out, high, 12, 0);
        out.append('-');
        hex(out, low, 60, 48);
        out.append('-');
        hex(out, low, 44, 0);
    }

    private static void hex(StringBuilder out, long value, int from, int to) {
        for (int shift = from; shift >= to; shift -= 4) {
            out.append(Character.forDigit((int) (value >>> shift) & 15, 16));
        }
    }

    /** Whether every request gets the same text. */
    public boolean isConstant() {
        return parts.stream().allMatch(Text.class::isInstance);
    }

    /** Appends the text for one request. */
    public void append(StringBuilder out, Variables variables) {
        for (Part part : parts) {
            part.append(out, variables);
        }
    }

    /** The text for one request. */
    public String render(Variables variables) {
        StringBuilder out = new StringBuilder();
        append(out, variables);
        return out.toString();
    }

    /** The text with its holes, as it was written. */
    @Override
    public String toString() {
        return source;
    }

    @FunctionalInterface
    private interface Part {
        void append(StringBuilder out, Variables variables);
    }

    private record Text(String text) implements Part {
        @Override
        public void append(StringBuilder out, Variables variables) {
            out.append(text);
        }
    }
}
