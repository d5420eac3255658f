package io.convergate.routing.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Writes trees in one form: keys sorted by their characters, no blanks, no keys without a value, numbers in their shortest
 * form. Documents that say the same become the same bytes.
 */
final class CanonicalJson {
    private static final double EXACT_INTEGER_MAX = 1e15;

    private CanonicalJson() {}

    static byte[] write(JsonFactory factory, Tree tree) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = factory.createGenerator(bytes)) {
            write(tree, json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    private static void write(Tree tree, JsonGenerator json) throws IOException {
        if (tree instanceof Tree.Mapping mapping) {
            writeMapping(mapping.fields(), json);
        } else if (tree instanceof Tree.Sequence sequence) {
            json.writeStartArray();
            for (Tree item : sequence.items()) {
                write(item, json);
            }
            json.writeEndArray();
        } else if (tree instanceof Tree.Scalar scalar) {
            writeScalar(scalar, json);
        }
    }

    private static void writeMapping(Map<String, Tree> fields, JsonGenerator json) throws IOException {
        List<String> keys = new ArrayList<>(fields.keySet());
        Collections.sort(keys);
        json.writeStartObject();
        for (String key : keys) {
            Tree value = fields.get(key);
            if (!(value instanceof Tree.Scalar scalar && scalar.kind() == ScalarKind.NULL)) {
                json.writeFieldName(key);
                write(value, json);
            }
        }
        json.writeEndObject();
    }

    private static void writeScalar(Tree.Scalar scalar, JsonGenerator json) throws IOException {
        switch (scalar.kind()) {
            case BOOLEAN -> json.writeBoolean(Boolean.parseBoolean(scalar.text()));
            case INTEGER -> json.writeNumber(scalar.text().equals("-0") ? "0" : scalar.text());
            case DECIMAL -> json.writeNumber(shortest(Double.parseDouble(scalar.text())));
            case NULL -> json.writeNull();
            case STRING, ODD -> json.writeString(scalar.text());
        }
    }

    private static String shortest(double number) {
        return number == Math.rint(number) && Math.abs(number) < EXACT_INTEGER_MAX
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}
