package io.convergate.routing.read;

import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Builds trees from the events of a YAML parser, one event at a time, so that whatever is refused is refused before more
 * of it is read. Nothing is resolved or constructed by the parser itself.
 */
final class YamlTreeBuilder {
    private static final String ITEMS = "items";

    private final DocumentText text;
    private final Parser events;
    private final int lineOffset;
    private final int depthMax;
    private final Problems problems;
    private final TreeSink sink;

    private YamlTreeBuilder(DocumentText text, int firstLine, int depthMax, Problems problems, TreeSink sink) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE); // the text sees to that
        this.text = text;
        this.events = new ParserImpl(new StreamReader(text), options);
        this.lineOffset = firstLine;
        this.depthMax = depthMax;
        this.problems = problems;
        this.sink = sink;
    }

    /**
     * Reads the documents of a piece; usually one.
     *
     * @param documentMax the largest document or item of a list, in characters
     * @param sink gets those that are not empty; what came before an error, if there is one
     */
    static void read(DocumentSplitter.Piece piece, int documentMax, int depthMax, Problems problems, TreeSink sink) {
        int firstLine = piece.firstLine();
        SourcePosition start = new SourcePosition(firstLine, 1);
        try (DocumentText text = new DocumentText(piece, documentMax)) {
            new YamlTreeBuilder(text, firstLine, depthMax, problems, sink).readStream();
        } catch (TooDeepException e) {
            String message = Problem.expected("deeper nesting", "at most " + depthMax + " levels");
            problems.error("", ProblemCode.TOO_LARGE, message, e.position);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            SourcePosition position =
                    mark == null ? start : new SourcePosition(firstLine + mark.getLine(), mark.getColumn() + 1);
            problems.error("", ProblemCode.SYNTAX, Problem.expected(e.getProblem(), "YAML"), position);
        } catch (YAMLException e) {
            problems.unreadable(e.getCause() instanceof IOException cause ? cause : e, "YAML", start);
        } catch (IOException e) {
            problems.unreadable(e, "YAML", start);
        }
    }

    private void readStream() throws IOException {
        Event event = events.getEvent();
        while (!event.is(Event.ID.StreamEnd)) {
            if (event.is(Event.ID.DocumentStart)) {
                text.begins(event.getStartMark().getIndex());
                Tree tree = node(events.getEvent(), "", 1);
                event = events.getEvent();
                text.reaches(event.getStartMark().getIndex(), tree.position());
                if (!(tree instanceof Tree.Scalar scalar && scalar.kind() == ScalarKind.NULL)) {
                    sink.document(tree);
                }
            } else {
                event = events.getEvent();
            }
        }
    }

    private Tree node(Event event, String path, int depth) throws IOException {
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

    private Tree mapping(String path, int depth, SourcePosition position) throws IOException {
        Map<String, Tree> fields = new LinkedHashMap<>();
        Map<String, SourcePosition> keys = new LinkedHashMap<>();
        Event event = events.getEvent();
        while (!event.is(Event.ID.MappingEnd)) {
            SourcePosition keyPosition = position(event);
            Tree keyTree = node(event, path, depth + 1);
            String key = key(keyTree, path);
            Event first = events.getEvent();
            Tree value = depth == 1 && key.equals(ITEMS) && first instanceof SequenceStartEvent
                    ? items((SequenceStartEvent) first)
                    : node(first, Paths.field(path, key), depth + 1);
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

    private Tree sequence(String path, int depth, SourcePosition position) throws IOException {
        List<Tree> items = new ArrayList<>();
        Event event = events.getEvent();
        while (!event.is(Event.ID.SequenceEnd)) {
            items.add(node(event, Paths.item(path, items.size()), depth + 1));
            event = events.getEvent();
        }
        return new Tree.Sequence(items, position);
    }

    /** Hands the items of what may be a list to the sink; what is read of them does not count for the document. */
    private Tree items(SequenceStartEvent start) throws IOException {
        SourcePosition position = position(start);
        refuseAnchorsAndTags(start, ITEMS, position);
        long before = start.getStartMark().getIndex();
        int count = 0;
        Event event = events.getEvent();
        while (!event.is(Event.ID.SequenceEnd)) {
            text.begins(event.getStartMark().getIndex());
            Tree item = node(event, Paths.item(ITEMS, count++), 3);
            event = events.getEvent();
            text.reaches(event.getStartMark().getIndex(), item.position());
            sink.item(item);
        }
        text.begins(event.getStartMark().getIndex() - before);
        return new Tree.Sequence(List.of(), position);
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
