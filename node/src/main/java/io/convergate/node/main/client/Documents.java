package io.convergate.node.main.client;

import io.convergate.node.main.Calls;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import io.convergate.node.main.Failures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * The text of one change, put together from files, directories, URLs and standard input, which remembers where each
 * line came from. JSON is YAML, so all of it is one YAML stream.
 *
 * @param text the YAML stream, UTF-8
 * @param sources where its lines came from, in order
 */
record Documents(byte[] text, List<Source> sources) {
    /** 64 MiB: more than this no node takes. */
    private static final int BYTES_MAX = 64 << 20;

    /** For the head of a download, and for its body. */
    private static final long DOWNLOAD_MS = 60_000;

    private static final byte[] SEPARATOR = "\n---\n".getBytes(StandardCharsets.UTF_8);

    /**
     * A file, a URL or standard input.
     *
     * @param name as the user knows it
     * @param firstLine the line of the stream where it begins, from 1
     */
    record Source(String name, int firstLine) {}

    /**
     * Reads all of {@code places}: {@code -} for standard input, URLs, files, and directories for every
     * {@code .yaml}, {@code .yml} and {@code .json} file in them, in alphabetical order.
     *
     * @throws CommandFailed if one of them cannot be read, or there is nothing to read: then the command line is wrong; if a URL does not
     *     answer, the command has failed
     */
    static Documents read(List<String> places, InputStream standardInput) {
        return read(places, standardInput, Depth.FLAT);
    }

    /** How far into directories to look. */
    enum Depth {
        /** At their files alone. */
        FLAT(1),
        /** At those of all directories in them, too; links are not followed. */
        RECURSIVE(64);

        private final int levels;

        Depth(int levels) {
            this.levels = levels;
        }
    }

    /** The same, looking so far into directories. */
    static Documents read(List<String> places, InputStream standardInput, Depth depth) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        List<Source> sources = new ArrayList<>();
        int line = 1;
        for (String place : places) {
            for (Part part : parts(place, standardInput, depth)) {
                if (!sources.isEmpty()) {
                    text.writeBytes(SEPARATOR);
                    line += 2;
                }
                sources.add(new Source(part.name(), line));
                text.writeBytes(part.bytes());
                line += lineFeeds(part.bytes());
                if (text.size() > BYTES_MAX) {
                    throw wrong("more than 64 MiB of configuration (expected: at most 64 MiB in one change)");
                }
            }
        }
        return new Documents(text.toByteArray(), List.copyOf(sources));
    }

    /** A text that comes from one place. */
    static Documents of(String name, byte[] text) {
        return new Documents(text, List.of(new Source(name, 1)));
    }

    /** {@code file:line:column} for a position in the stream, or the only source's name if {@code line} is 0. */
    String locate(int line, int column) {
        if (line < 1) {
            return sources.size() == 1 ? sources.get(0).name() : "";
        }
        Source found = sources.get(0);
        for (Source source : sources) {
            if (source.firstLine() <= line) {
                found = source;
            }
        }
        String position = found.name() + ":" + (line - found.firstLine() + 1);
        return column > 0 ? position + ":" + column : position;
    }

    private record Part(String name, byte[] bytes) {}

    private static List<Part> parts(String place, InputStream standardInput, Depth depth) {
        try {
            if (place.equals("-")) {
                return List.of(new Part("stdin", standardInput.readNBytes(BYTES_MAX + 1)));
            }
            if (isUrl(place)) {
                return List.of(new Part(place, download(place)));
            }
            return files(Path.of(place), depth);
        } catch (IOException e) {
            String message = "cannot read " + place + ": " + Failures.describe(e);
            throw isUrl(place) ? failed(message) : wrong(message);
        }
    }

    private static boolean isUrl(String place) {
        return place.startsWith("http://") || place.startsWith("https://");
    }

    private static List<Part> files(Path place, Depth depth) throws IOException {
        if (!Files.exists(place)) {
            throw wrong(place + " does not exist (expected: a file, a directory, a URL, or - for standard input)");
        }
        if (!Files.isDirectory(place)) {
            return List.of(new Part(place.toString(), readBounded(place)));
        }
        List<Part> parts = new ArrayList<>();
        try (Stream<Path> entries = Files.walk(place, depth.levels)) {
            for (Path file : entries.filter(Documents::isConfiguration).sorted().toList()) {
                parts.add(new Part(file.toString(), readBounded(file)));
            }
        }
        if (parts.isEmpty()) {
            throw wrong(place + " holds no .yaml, .yml or .json file"
                    + (depth == Depth.FLAT ? " itself (with -R the directories in it are looked at, too)" : ""));
        }
        return parts;
    }

    private static byte[] readBounded(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(BYTES_MAX + 1);
        }
    }

    private static boolean isConfiguration(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
    }

    private static byte[] download(String url) throws IOException {
        HttpClient http = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        try {
            HttpResponse<InputStream> response =
                    Calls.await(http.sendAsync(request, BodyHandlers.ofInputStream()), DOWNLOAD_MS);
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw failed(url + " answered with status " + response.statusCode() + " (expected: 200)");
                }
                return Calls.await(CompletableFuture.supplyAsync(() -> bounded(body)), DOWNLOAD_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("interrupted");
        }
    }

    private static byte[] bounded(InputStream body) {
        try {
            return body.readNBytes(BYTES_MAX + 1);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static int lineFeeds(byte[] bytes) {
        int count = 0;
        for (byte b : bytes) {
            if (b == '\n') {
                count++;
            }
        }
        return count;
    }

    private static CommandFailed wrong(String message) {
        return new CommandFailed(ExitCode.USAGE, message);
    }

    private static CommandFailed failed(String message) {
        return new CommandFailed(ExitCode.FAILED, message);
    }
}
