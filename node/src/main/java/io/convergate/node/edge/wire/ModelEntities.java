package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.ContentTypes;
import io.netty.buffer.ByteBuf;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.scaladsl.model.ContentType;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.RequestEntity;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Bodies on the wire as entities of Pekko HTTP's model. */
public final class ModelEntities {
    private static final HttpEntity.Strict EMPTY = (HttpEntity.Strict) HttpEntities.EMPTY;

    private ModelEntities() {}

    /** A body that is here; {@code content} is copied. */
    public static HttpEntity.Strict whole(@Nullable String contentType, @Nullable ByteBuf content) {
        if (content == null || !content.isReadable()) {
            return contentType == null
                    ? EMPTY
                    : new HttpEntity.Strict(ContentTypes.of(contentType), ByteString.emptyByteString());
        }
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        return new HttpEntity.Strict(ContentTypes.of(contentType), ByteString.fromArrayUnsafe(bytes));
    }

    /** A body that is arriving: of known length if there is one, in chunks otherwise. Costs a stream only if it is run. */
    public static RequestEntity arriving(
            WireLoop loop, @Nullable String contentType, @Nullable String contentLength, WireBody body) {
        ContentType type = ContentTypes.of(contentType);
        if (contentLength == null) {
            return new HttpEntity.Chunked(type, scala(loop.streams().parts(body)));
        }
        long length = Long.parseLong(contentLength);
        return length == 0
                ? whole(contentType, null)
                : new HttpEntity.Default(type, length, scala(loop.streams().bytes(body)));
    }

    @SuppressWarnings("unchecked")
    private static <T> org.apache.pekko.stream.scaladsl.Source<T, Object> scala(Source<T, ?> source) {
        return (org.apache.pekko.stream.scaladsl.Source<T, Object>) source.asScala();
    }
}
