package io.convergate.routing.read;

import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Builds trees from the events of a YAML parser, one event at a time, so that whatever is refused is refused before more
 * of it is read. Nothing is resolved or constructed by the parser itself.
 */
final class YamlTreeBuilder {
    /**
     * The longest line. The parser copies what it has seen of a scalar each time it needs more, so the time for one line grows
     * with the square of its length: a quarter of a megabyte is some tens of milliseconds, four megabytes were nine seconds.
     */
    static final int LINE_MAX = 1 << 18;

    private final Parser events;
    private final int lineOffset;
    private final int depthMax;
    private final Problems problems;

    private YamlTreeBuilder(String text, int firstLine, int depthMax, Problems problems) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE); // the documents are cut to size before
        this.events = new ParserImpl(new StreamReader(text), options);
        this.lineOffset = firstLine;
        this.depthMax = depthMax;
        this.problems = problems;
    }

    /**
     * Reads the documents of a text; usually one.
     *
     * @param firstLine the line of the input at which the text begins
     * @return those that are not empty; what came before an error, if there is one
     */
    static List<Tree> build(String text, int firstLine, int depthMax, Problems problems) {
        List<Tree> documents = new ArrayList<>();
        Optional<SourcePosition> longLine = longLine(text, firstLine);
        if (longLine.isPresent()) {
            String message =
                    Problem.expected("a line of more than " + LINE_MAX + " characters", "shorter lines in YAML");
            problems.error("", ProblemCode.TOO_LARGE, message, longLine.get());
            return documents;
        }
        try {
            new YamlTreeBuilder(text, firstLine, depthMax, problems).readStream(documents);
        } catch (TooDeepException e) {
            String message = Problem.expected("deeper nesting", "at most " + depthMax + " levels");
            problems.error("", ProblemCode.TOO_LARGE, message, e.position);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            SourcePosition position = mark == null
                    ? new SourcePosition(firstLine, 1)
                    : new SourcePosition(firstLine + mark.getLine(), mark.getColumn() + 1);
            problems.error("", ProblemCode.SYNTAX, Problem.expected(e.getProblem(), "YAML"), position);
        } catch (ReaderException e) {
            String message =
                    Problem.expected(String.format("character U+%04X", e.getCodePoint()), "printable characters only");
            problems.error("", ProblemCode.SYNTAX, message, positionOf(text, e.getPosition(), firstLine));
        } catch (YAMLException e) {
            problems.error(
                    "", ProblemCode.SYNTAX, Problem.expected(e.getMessage(), "YAML"), new SourcePosition(firstLine, 1));
        }
        return documents;
    }

    private static Optional<SourcePosition> longLine(String text, int firstLine) {
        int line = firstLine;
        int from = 0;
        while (text.length() - from > LINE_MAX) {
            int end = text.indexOf('\n', from);
            if (end < 0 || end - from > LINE_MAX) {
                return Optional.of(new SourcePosition(line, LINE_MAX + 1));
            }
            from = end + 1;
            line++;
        }
        return Optional.empty();
    }

    private static SourcePosition positionOf(String text, int index, int firstLine) {
        int line = firstLine;
        int lineStart = 0;
        for (int i = 0; i < Math.min(index, text.length()); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return new SourcePosition(line, index - lineStart + 1);
    }

    private void readStream(List<Tree> documents) {
        Event event = events.getEvent();
        while (!event.is(Event.ID.StreamEnd)) {
            if (event.is(Event.ID.DocumentStart)) {
                Tree tree = node(events.getEvent(), "", 1);
                if (!(tree instanceof Tree.Scalar scalar && scalar.kind() == ScalarKind.NULL)) {
                    documents.add(tree);
                }
            }
            event = events.getEvent();
        }
    }

    private Tree node(Event event, String path, int depth) {
        SourcePosition position = position(event);
        if (depth > depthMax && !(event instanceof ScalarEvent)) {
            throw new TooDeepException(position);
        }
        refuseAnchorsAndTags((NodeEvent) event, path, position);
        if (event instanceof MappingStartEvent) {
            return mapping(path, depth, position);
        }
        if (event instanceof SequenceStartEvent) {
            return sequence(path, depth, position);
        }
        return event instanceof ScalarEvent scalar
                ? scalar(scalar, position)
                : new Tree.Scalar(ScalarKind.NULL, "", position);
    }

    private void refuseAnchorsAndTags(NodeEvent event, String path, SourcePosition position) {
        String tag = event instanceof ScalarEvent scalar
                ? scalar.getTag()
                : event instanceof MappingStartEvent mapping
                        ? mapping.getTag()
                        : event instanceof SequenceStartEvent sequence ? sequence.getTag() : null;
        if (event instanceof AliasEvent) {
            problems.error(
                    path, ProblemCode.YAML_ANCHOR, Problem.expected("*" + event.getAnchor(), "no aliases"), position);
        } else if (event.getAnchor() != null) {
            problems.error(
                    path, ProblemCode.YAML_ANCHOR, Problem.expected("&" + event.getAnchor(), "no anchors"), position);
        }
        if (tag != null) {
            problems.error(path, ProblemCode.YAML_ANCHOR, Problem.expected("tag " + tag, "no tags"), position);
        }
    }

    private Tree mapping(String path, int depth, SourcePosition position) {
        Map<String, Tree> fields = new LinkedHashMap<>();
        Map<String, SourcePosition> keys = new LinkedHashMap<>();
        Event event = events.getEvent();
        while (!event.is(Event.ID.MappingEnd)) {
            SourcePosition keyPosition = position(event);
            Tree keyTree = node(event, path, depth + 1);
            String key = key(keyTree, path);
            Tree value = node(events.getEvent(), Paths.field(path, key), depth + 1);
            if (keys.putIfAbsent(key, keyPosition) == null) {
                fields.put(key, value);
            } else {
                String message = Problem.expected(key + " again", "each key once; first at " + keys.get(key));
                problems.error(Paths.field(path, key), ProblemCode.DUPLICATE_KEY, message, keyPosition);
            }
            event = events.getEvent();
        }
        return new Tree.Mapping(fields, keys, position);
    }

    private String key(Tree tree, String path) {
        if (!(tree instanceof Tree.Scalar scalar)) {
            problems.error(
                    path,
                    ProblemCode.WRONG_TYPE,
                    Problem.expected(tree.describe() + " as a key", "a string"),
                    tree.position());
            return "";
        }
        if (scalar.text().equals("<<") && scalar.kind() == ScalarKind.STRING) {
            problems.error(path, ProblemCode.YAML_ANCHOR, Problem.expected("<<", "no merge keys"), scalar.position());
        } else if (scalar.kind() != ScalarKind.STRING && scalar.kind() != ScalarKind.INTEGER) {
            String message = Problem.expected(scalar.describe() + " as a key", "a string; put it in quotes");
            problems.error(path, ProblemCode.ODD_SCALAR, message, scalar.position());
        }
        return scalar.text();
    }

    private Tree sequence(String path, int depth, SourcePosition position) {
        List<Tree> items = new ArrayList<>();
        Event event = events.getEvent();
        while (!event.is(Event.ID.SequenceEnd)) {
            items.add(node(event, Paths.item(path, items.size()), depth + 1));
            event = events.getEvent();
        }
        return new Tree.Sequence(items, position);
    }

    private static Tree scalar(ScalarEvent event, SourcePosition position) {
        boolean plain = event.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN;
        ScalarKind kind = plain ? ScalarKind.ofPlainYaml(event.getValue()) : ScalarKind.STRING;
        return new Tree.Scalar(kind, event.getValue(), position);
    }

    private SourcePosition position(Event event) {
        Mark mark = event.getStartMark();
        return new SourcePosition(lineOffset + mark.getLine(), mark.getColumn() + 1);
    }

    /** Ends the reading of a text; never leaves this class. */
    private static final class TooDeepException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient SourcePosition position;

        TooDeepException(SourcePosition position) {
            super(null, null, false, false);
            this.position = position;
        }
    }
}
