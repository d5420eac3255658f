package io.convergate.loadgen.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A value in a file, with its place. Its methods read it as something, or end the reading of what it belongs to with a mistake. */
public final class YamlValue {
    private static final int SHOWN_MAX = 60;

    private final YamlFile file;
    private final String path;
    private final Node node;

    YamlValue(YamlFile file, String path, Node node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    /** A text, or a number or anything else that is written as one word, as it is written. */
    public String text() {
        if (node instanceof ScalarNode scalar && !Tag.NULL.equals(node.getTag())) {
            return scalar.getValue();
        }
        throw wrong("a text");
    }

    /** Whether it is one word or text, not a list or a mapping. */
    public boolean isText() {
        return node instanceof ScalarNode && !Tag.NULL.equals(node.getTag());
    }

    /** Whether it is a list. */
    public boolean isList() {
        return node instanceof SequenceNode;
    }

    /** A whole number, both ends included. */
    public long whole(long least, long most) {
        String rule = "a whole number from " + least + " to " + most;
        try {
            long value = Long.parseLong(text().replace("_", ""));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException ignored) {
            // said below
        }
        throw wrong(rule);
    }

    /** A number, both ends included. */
    public double number(double least, double most) {
        try {
            double value = Double.parseDouble(text());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException ignored) {
            // said below
        }
        throw wrong("a number from " + least + " to " + most);
    }

    /** A share as a percentage, {@code 12.5%}; 0 to 1. */
    public double share() {
        String text = text();
        try {
            double value = Double.parseDouble(text.substring(0, Math.max(0, text.length() - 1))) / 100;
            if (text.endsWith("%") && value >= 0 && value <= 1) {
                return value;
            }
        } catch (NumberFormatException ignored) {
            // said below
        }
        throw wrong("a share from 0% to 100%, such as 12.5%");
    }

    /** {@code true} or {@code false}. */
    public boolean flag() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong("true or false");
        };
    }

    /** What a parser makes of its text. The parser complains by IllegalArgumentException, {@code value (expected: rule)}. */
    public <T> T parsed(Function<String, T> parser) {
        try {
            return parser.apply(text());
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    /** What a maker makes, which complains by IllegalArgumentException, {@code value (expected: rule)}. */
    public <T> T made(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    /** One of some words. */
    public String oneOf(List<String> words) {
        String text = text();
        if (words.contains(text)) {
            return text;
        }
        throw wrong(Suggestion.among(text, words));
    }

    /** A mapping. */
    public YamlMapping mapping() {
        if (node instanceof MappingNode mapping) {
            return new YamlMapping(file, path, mapping);
        }
        throw wrong("a mapping");
    }

    /**
     * A list, or one value in place of a list of one. Items with mistakes are left out, and the mistakes collected.
     */
    public <T> List<T> list(Function<YamlValue, T> reader) {
        if (!(node instanceof SequenceNode sequence)) {
            return List.of(reader.apply(this));
        }
        List<T> items = new ArrayList<>();
        int index = 0;
        for (Node item : sequence.getValue()) {
            try {
                items.add(reader.apply(new YamlValue(file, path + "[" + index + "]", item)));
            } catch (Mistake mistake) {
                file.add(mistake);
            }
            index++;
        }
        return items;
    }

    /** The same, and not an empty list. */
    public <T> List<T> some(Function<YamlValue, T> reader) {
        if (node instanceof SequenceNode sequence && sequence.getValue().isEmpty()) {
            throw file.mistake(path, node, "an empty list", "at least one entry");
        }
        return list(reader);
    }

    /** Collects a mistake: this is not what it should be. Reading goes on. */
    public void complain(String expected) {
        file.add(file.mistake(path, node, found(), expected));
    }

    /** Ends the reading of what this belongs to: there are mistakes in it, and they are collected. */
    public RuntimeException said() {
        return Mistake.SAID;
    }

    /** Ends the reading of what this belongs to: it is not what it should be. */
    public RuntimeException wrong(String expected) {
        return file.mistake(path, node, found(), expected);
    }

    private RuntimeException wrong(IllegalArgumentException complaint) {
        String message = complaint.getMessage() == null ? complaint.toString() : complaint.getMessage();
        int at = message.indexOf(" (expected: ");
        return at < 0
                ? wrong(message)
                : file.mistake(path, node, message.substring(0, at), message.substring(at + 12, message.length() - 1));
    }

    private String found() {
        if (node instanceof ScalarNode scalar) {
            String value = scalar.getValue().strip();
            String shown = value.length() > SHOWN_MAX ? value.substring(0, SHOWN_MAX) + "..." : value;
            return shown.isEmpty() ? "nothing" : shown;
        }
        return node instanceof SequenceNode ? "a list" : "a mapping";
    }
}
