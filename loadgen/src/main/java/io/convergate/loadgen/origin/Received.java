package io.convergate.loadgen.origin;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * A request as far as it is here. Of its body the first MiB is kept, the rest is only counted.
 *
 * @param sequence its number at this origin
 */
record Received(HttpRequest head, long sequence, ByteArrayOutputStream body, long[] bodyBytes) {
    private static final int BODY_MAX = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Received of(HttpRequest head, long sequence) {
        return new Received(head, sequence, new ByteArrayOutputStream(), new long[1]);
    }

    void add(ByteBuf piece) {
        bodyBytes[0] += piece.readableBytes();
        int kept = Math.min(piece.readableBytes(), BODY_MAX - body.size());
        if (kept > 0) {
            try {
                piece.readBytes(body, kept);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The target without its query. */
    String path() {
        int query = head.uri().indexOf('?');
        return query < 0 ? head.uri() : head.uri().substring(0, query);
    }

    /** Everything about it, as JSON. */
    byte[] asJson(String label) {
        ObjectNode json = JSON.createObjectNode();
        json.put("origin", label);
        json.put("sequence", sequence);
        json.put("method", head.method().name());
        json.put("path", head.uri());
        json.put("protocol", head.protocolVersion().text());
        ObjectNode headers = json.putObject("headers");
        HttpHeaders fields = head.headers();
        for (Map.Entry<String, String> field : fields) {
            ArrayNode values = headers.withArray(field.getKey().toLowerCase(Locale.ROOT));
            values.add(field.getValue());
        }
        json.put("bodyBytes", bodyBytes[0]);
        json.put("body", body.toString(StandardCharsets.UTF_8));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
