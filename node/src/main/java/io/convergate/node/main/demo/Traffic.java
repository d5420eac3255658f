package io.convergate.node.main.demo;

import io.convergate.node.main.Calls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** A client of the shop: a gentle stream of requests to all nodes in turn, or one request at a time. */
final class Traffic implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final long INTERVAL_MS = 100;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "demo-traffic");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Site> sites;
    private final LongAdder sent = new LongAdder();
    private final LongAdder failed = new LongAdder();

    Traffic(List<Site> sites) {
        this.sites = List.copyOf(sites);
    }

    /** A status and a body. */
    record Answer(int status, String body) {}

    /**
     * Asks one node.
     *
     * @param headers names and values in turn
     * @throws IOException if its whole answer is not there in three seconds
     */
    Answer get(Site site, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(site.url() + path)).timeout(TIMEOUT);
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = Calls.send(http, request.build(), BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    /** Begins the stream: ten requests a second. */
    void flow() {
        timer.scheduleAtFixedRate(this::one, INTERVAL_MS, INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    long sent() {
        return sent.sum();
    }

    long failed() {
        return failed.sum();
    }

    private void one() {
        Site site = sites.get((int) (sent.sum() % sites.size()));
        sent.increment();
        try {
            if (get(site, "/reviews/1").status() != 200) {
                failed.increment();
            }
        } catch (IOException e) {
            failed.increment();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
