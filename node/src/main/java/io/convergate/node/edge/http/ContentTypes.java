package io.convergate.node.edge.http;

import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.scaladsl.model.ContentType;
import org.apache.pekko.http.scaladsl.model.ContentTypes$;
import org.jspecify.annotations.Nullable;

/**
 * Content types of the model by their text. What the model cannot express is {@code application/octet-stream} to it, while
 * the text itself goes on as it came. Any thread.
 */
public final class ContentTypes {
    private static final int REMEMBERED_MAX = 1_000;
    /** Longer texts are rare, and no client decides how much is kept. */
    private static final int REMEMBERED_CHARS_MAX = 100;

    private static final ConcurrentHashMap<String, ContentType> REMEMBERED = new ConcurrentHashMap<>();
    private static final ContentType NONE = ContentTypes$.MODULE$.NoContentType();
    private static final ContentType UNKNOWN = (ContentType) MediaTypes.APPLICATION_OCTET_STREAM.toContentType();

    private ContentTypes() {}

    /** The content type of a message without one. */
    public static ContentType none() {
        return NONE;
    }

    /** Whether it is one of gRPC's: {@code application/grpc}, with or without a suffix. */
    public static boolean isGrpc(ContentType type) {
        return type.mediaType().subType().startsWith("grpc") && type.mediaType().isApplication();
    }

    /** The content type written as {@code text}; none for null. */
    public static ContentType of(@Nullable String text) {
        if (text == null) {
            return NONE;
        }
        ContentType known = REMEMBERED.get(text);
        if (known != null) {
            return known;
        }
        ContentType type = ContentType.parse(text).getOrElse(() -> UNKNOWN);
        if (REMEMBERED.size() < REMEMBERED_MAX
                && text.length() <= REMEMBERED_CHARS_MAX
                && !type.mediaType().isMultipart()) {
            REMEMBERED.put(text, type);
        }
        return type;
    }
}
