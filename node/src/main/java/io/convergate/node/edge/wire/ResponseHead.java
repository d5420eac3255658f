package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.ContentTypes;
import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Statuses;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.scaladsl.model.ContentType;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.apache.pekko.http.scaladsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ResponseEntity;
import scala.collection.immutable.Seq;

/**
 * How a response is framed, and its head on the wire. Framing is decided here alone: whatever the model's headers say
 * about length, coding or connection is left out, but for the Content-Length of a reply to HEAD and of a 304, which speaks
 * of a body that is not sent.
 *
 * @param hasBody whether bytes follow the head
 * @param length the body's length, or -1
 * @param chunked whether the body goes in chunks
 * @param close whether the connection ends with this response
 */
record ResponseHead(boolean hasBody, long length, boolean chunked, boolean close) {
    private static final byte[] CHUNKED = "transfer-encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP_ALIVE = "connection: keep-alive\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATE = "date".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTENT_TYPE = "content-type".getBytes(StandardCharsets.US_ASCII);

    /** Decides the framing of this response to a request that was HEAD or not, in HTTP/1.0 or not. */
    static ResponseHead of(HttpResponse response, boolean head, boolean http10, boolean close) {
        ResponseEntity entity = response.entity();
        if (head || !Statuses.allowsBody(response.status().intValue())) {
            return new ResponseHead(false, -1, false, close);
        }
        if (entity instanceof HttpEntity.Strict strict) {
            return new ResponseHead(true, strict.data().size(), false, close);
        }
        scala.Option<Object> length = entity.contentLengthOption();
        if (length.isDefined()) {
            return new ResponseHead(true, (Long) length.get(), false, close);
        }
        return new ResponseHead(true, -1, !http10, close || http10);
    }

    void write(ByteBuf out, HttpResponse response, boolean http10, String date) {
        int status = response.status().intValue();
        HeadWriter.statusLine(out, response.status());
        ContentType type = response.entity().contentType();
        boolean typeWritten = false;
        boolean dated = false;
        Seq<HttpHeader> fields = response.headers();
        for (int i = 0, n = fields.length(); i < n; i++) {
            HttpHeader field = fields.apply(i);
            switch (Field.roleOf(field)) {
                case CONTENT_LENGTH:
                    if (!hasBody && status != 204 && status >= 200) {
                        HeadWriter.field(out, field);
                    }
                    break;
                case CONTENT_TYPE:
                    if (isTextOf(field, type)) {
                        HeadWriter.field(out, field);
                        typeWritten = true;
                    }
                    break;
                case TRANSFER_ENCODING, CONNECTION, HOP_BY_HOP, TE:
                    break;
                case TRAILER:
                    if (chunked) {
                        HeadWriter.field(out, field);
                    }
                    break;
                case DATE:
                    dated = true;
                    HeadWriter.field(out, field);
                    break;
                default:
                    HeadWriter.field(out, field);
                    break;
            }
        }
        if (!typeWritten && !type.equals(ContentTypes.none())) {
            HeadWriter.field(out, CONTENT_TYPE, type.value());
        }
        if (!dated) {
            HeadWriter.field(out, DATE, date);
        }
        if (hasBody) {
            if (length >= 0) {
                HeadWriter.contentLength(out, length);
            } else if (chunked) {
                out.writeBytes(CHUNKED);
            }
        }
        if (close) {
            out.writeBytes(CLOSE);
        } else if (http10) {
            out.writeBytes(KEEP_ALIVE);
        }
        HeadWriter.end(out);
    }

    /** Whether the field is the text from which the entity's type was read, so that the text itself can go on. */
    private static boolean isTextOf(HttpHeader field, ContentType type) {
        return ContentTypes.of(field.value()).equals(type);
    }
}
