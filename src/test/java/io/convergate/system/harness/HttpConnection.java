package io.convergate.system.harness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 connection on a plain socket. It never retries and never opens a second connection, so whatever breaks is
 * seen. Not safe for use by several threads.
 */
public final class HttpConnection implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);

    private final Socket socket = new Socket();
    private final InputStream in;

    /** @throws IOException if nobody takes the connection */
    public HttpConnection(InetSocketAddress target) throws IOException {
        try {
            socket.connect(target, CONNECT_TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) READ_TIMEOUT.toMillis());
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * An answer.
     *
     * @param headers by lower-case name
     */
    public record Answer(int status, Map<String, String> headers, String body) {
        /** Whether the server closes the connection after it. */
        public boolean closes() {
            return headers.getOrDefault("connection", "").equalsIgnoreCase("close");
        }

        /** Who answered: the first word of the body, as the tests' upstreams write it. */
        public String origin() {
            return body.strip().split(" ", 2)[0];
        }
    }

    /**
     * Sends a GET and waits for the answer.
     *
     * @param headers names and values in turn
     */
    public Answer get(String host, String path, String... headers) throws IOException {
        send(host, path, headers);
        return receive();
    }

    /** Sends a GET. */
    public void send(String host, String path, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether something has come that {@link #receive} would read. */
    public boolean hasAnswer() throws IOException {
        return in.available() > 0;
    }

    /** Waits for the answer to what was sent. */
    public Answer receive() throws IOException {
        String[] status = line().split(" ", 3);
        if (status.length < 2 || !status[0].equals("HTTP/1.1")) {
            throw new ProtocolException("'" + String.join(" ", status) + "' (expected: an HTTP/1.1 status line)");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("'" + line + "' (expected: a header)");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Answer(Integer.parseInt(status[1]), headers, body(headers));
    }

    private String body(Map<String, String> headers) throws IOException {
        if (!headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return text(bytes(Integer.parseInt(headers.getOrDefault("content-length", "0"))));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(), 16);
            body.write(bytes(size));
            line();
            if (size == 0) {
                return text(body.toByteArray());
            }
        }
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the connection ended in a body, after " + bytes.length + " of " + count);
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException(line.size() == 0 ? "the connection ended" : "the connection ended in a head");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return text(line.toByteArray());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It was broken already, and whoever used it has seen that.
        }
    }
}
