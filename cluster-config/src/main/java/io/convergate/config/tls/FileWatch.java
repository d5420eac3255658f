package io.convergate.config.tls;

import io.convergate.routing.tls.TlsCredential;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files again and again, on a thread of its own. It compares contents and not times, because whoever exchanges files by a
 * link (Kubernetes does) gives the new ones any time he likes.
 */
public final class FileWatch implements AutoCloseable {
    /** How often it looks. */
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

    private final List<Watched<?>> watched = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "file-watch");
        made.setDaemon(true);
        return made;
    });

    private FileWatch() {}

    /** A watch that looks every {@link #INTERVAL}. */
    public static FileWatch start() {
        return start(INTERVAL);
    }

    static FileWatch start(Duration interval) {
        FileWatch watch = new FileWatch();
        watch.thread.scheduleWithFixedDelay(
                watch::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    /** Looks at these files, too. */
    public <T> Watched<T> add(Watched<T> files) {
        watched.add(files);
        return files;
    }

    /** The certificates that were read last, by what they are; of several authorities the one that ends first. */
    public Map<String, X509Certificate> certificates() {
        Map<String, X509Certificate> certificates = new TreeMap<>();
        for (Watched<?> files : watched) {
            if (files.get() instanceof TlsCredential own) {
                certificates.put(files.name(), own.certificate());
            } else if (files.get() instanceof Authorities authorities) {
                authorities.certificates().stream()
                        .min(Comparator.comparing(X509Certificate::getNotAfter))
                        .ifPresent(first -> certificates.put(files.name(), first));
            }
        }
        return certificates;
    }

    private void look() {
        for (Watched<?> files : watched) {
            try {
                files.look();
            } catch (RuntimeException e) {
                LOG.error("files could not be read again", e);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
