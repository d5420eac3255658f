package io.convergate.routing.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds trees from the tokens of a JSON parser. */
final class JsonTreeBuilder {
    private static final String ITEMS = "items";
    private static final SourcePosition NOWHERE = new SourcePosition(1, 1);

    private final JsonParser tokens;
    private final int lineOffset;
    private final boolean positions;
    private final Problems problems;

    private JsonTreeBuilder(JsonParser tokens, int firstLine, boolean positions, Problems problems) {
        this.tokens = tokens;
        this.lineOffset = firstLine - 1;
        this.positions = positions;
        this.problems = problems;
    }

    /** A factory of parsers that refuse deeper nesting. */
    static JsonFactory factory(int depthMax) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depthMax)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .build();
    }

    /**
     * Reads the values of a piece, one after the other; usually one.
     *
     * @param documentMax the largest value or item of a list, in characters
     * @param sink gets what came before an error, if there is one
     */
    static void read(
            JsonFactory factory, DocumentSplitter.Piece piece, int documentMax, Problems problems, TreeSink sink) {
        int firstLine = piece.firstLine();
        try (DocumentText text = new DocumentText(piece, documentMax);
                JsonParser tokens = factory.createParser(text)) {
            JsonTreeBuilder builder = new JsonTreeBuilder(tokens, firstLine, true, problems);
            for (JsonToken token = tokens.nextToken(); token != null; token = tokens.nextToken()) {
                text.begins(builder.offset());
                Tree value = token == JsonToken.START_OBJECT ? builder.document(text, sink) : builder.value(token, "");
                text.reaches(builder.offset(), value.position());
                sink.document(value);
            }
        } catch (StreamConstraintsException e) {
            problems.error(
                    "", ProblemCode.TOO_LARGE, Problem.expected(e.getOriginalMessage(), "less"), at(e, firstLine));
        } catch (JsonProcessingException e) {
            problems.error("", ProblemCode.SYNTAX, Problem.expected(e.getOriginalMessage(), "JSON"), at(e, firstLine));
        } catch (IOException e) {
            problems.unreadable(e, "JSON", new SourcePosition(firstLine, 1));
        }
    }

    /** Reads one value from bytes that were written by {@link CanonicalJson}; its positions mean nothing. */
    static Tree buildTrusted(JsonFactory factory, byte[] json) throws IOException {
        try (JsonParser tokens = factory.createParser(json)) {
            JsonToken first = tokens.nextToken();
            if (first == null) {
                throw new IOException("no JSON value");
            }
            return new JsonTreeBuilder(tokens, 1, false, new Problems()).value(first, "");
        }
    }

    private static SourcePosition at(JsonProcessingException e, int firstLine) {
        return position(e.getLocation(), firstLine - 1);
    }

    private static SourcePosition position(@Nullable JsonLocation location, int lineOffset) {
        return location == null || location.getLineNr() < 1
                ? new SourcePosition(lineOffset + 1, 1)
                : new SourcePosition(lineOffset + location.getLineNr(), Math.max(1, location.getColumnNr()));
    }

    private SourcePosition position() {
        return positions ? position(tokens.currentTokenLocation(), lineOffset) : NOWHERE;
    }

    private Tree value(JsonToken token, String path) throws IOException {
        SourcePosition position = position();
        return switch (token) {
            case START_OBJECT -> mapping(path, position);
            case START_ARRAY -> sequence(path, position);
            case VALUE_NUMBER_INT -> new Tree.Scalar(ScalarKind.INTEGER, tokens.getText(), position);
            case VALUE_NUMBER_FLOAT -> new Tree.Scalar(ScalarKind.DECIMAL, tokens.getText(), position);
            case VALUE_TRUE, VALUE_FALSE -> new Tree.Scalar(ScalarKind.BOOLEAN, tokens.getText(), position);
            case VALUE_NULL -> new Tree.Scalar(ScalarKind.NULL, "", position);
            default -> new Tree.Scalar(ScalarKind.STRING, tokens.getText(), position);
        };
    }

    private long offset() {
        return tokens.currentTokenLocation().getCharOffset();
    }

    /** An object at the top; hands the items of what may be a list to the sink, and they do not count for the document. */
    private Tree document(DocumentText text, TreeSink sink) throws IOException {
        return mapping("", position(), (key, token) -> {
            if (!key.equals(ITEMS) || token != JsonToken.START_ARRAY) {
                return value(token, Paths.field("", key));
            }
            SourcePosition position = position();
            long before = offset();
            int count = 0;
            for (JsonToken next = tokens.nextToken(); next != JsonToken.END_ARRAY; next = tokens.nextToken()) {
                text.begins(offset());
                Tree item = value(next, Paths.item(ITEMS, count++));
                text.reaches(offset(), item.position());
                sink.item(item);
            }
            text.begins(offset() - before);
            return new Tree.Sequence(List.of(), position);
        });
    }

    /** Reads the value of a key, whose first token has been read. */
    private interface ValueReader {
        Tree read(String key, JsonToken first) throws IOException;
    }

    private Tree mapping(String path, SourcePosition position) throws IOException {
        return mapping(path, position, (key, first) -> value(first, positions ? Paths.field(path, key) : ""));
    }

    private Tree mapping(String path, SourcePosition position, ValueReader values) throws IOException {
        Map<String, Tree> fields = new LinkedHashMap<>();
        Map<String, SourcePosition> keys = positions ? new HashMap<>() : Map.of();
        while (tokens.nextToken() != JsonToken.END_OBJECT) {
            String key = tokens.currentName();
            SourcePosition keyPosition = position();
            Tree value = values.read(key, tokens.nextToken());
            if (fields.putIfAbsent(key, value) != null) {
                String message = Problem.expected(key + " again", "each key once");
                problems.error(Paths.field(path, key), ProblemCode.DUPLICATE_KEY, message, keyPosition);
            } else if (positions) {
                keys.put(key, keyPosition);
            }
        }
        return new Tree.Mapping(fields, keys, position);
    }

    private Tree sequence(String path, SourcePosition position) throws IOException {
        List<Tree> items = new ArrayList<>();
        JsonToken token = tokens.nextToken();
        while (token != JsonToken.END_ARRAY) {
            items.add(value(token, positions ? Paths.item(path, items.size()) : ""));
            token = tokens.nextToken();
        }
        return new Tree.Sequence(items, position);
    }
}
