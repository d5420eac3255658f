package io.convergate.node.edge.http;

import java.lang.invoke.MethodHandles;
import org.apache.pekko.http.javadsl.model.Host;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.Query;
import org.apache.pekko.http.javadsl.model.Uri;

/**
 * Readies Pekko HTTP's model for many threads. Some of its classes keep an instance of a subclass of their own in a static field.
 * If one thread is the first to use such a class while another is the first to use the subclass, each waits for good until the
 * other has initialised its own (JLS 12.4.2), and so does every thread that needs either.
 */
public final class HttpModel {
    private HttpModel() {}

    /** Initialises these classes, from the top. To be called before a second thread may use the model; more calls do no harm. */
    public static void load() {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            lookup.ensureInitialized(Host.class);
            lookup.ensureInitialized(Query.class);
            lookup.ensureInitialized(Uri.class);
            lookup.ensureInitialized(HttpEntity.ChunkStreamPart.class);
        } catch (IllegalAccessException e) {
            throw new LinkageError("Pekko HTTP's model is public", e);
        }
    }
}
