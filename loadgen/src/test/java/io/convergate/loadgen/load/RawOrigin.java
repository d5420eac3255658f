package io.convergate.loadgen.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** An HTTP/1.1 server that does to each connection exactly what it is told, on a port of its own. */
final class RawOrigin implements AutoCloseable {
    /** What becomes of one request. */
    @FunctionalInterface
    interface Behaviour {
        /** @return whether the connection goes on */
        boolean answer(Request request, Socket socket) throws Exception;
    }

    /**
     * @param number counts the requests of all connections from 0
     * @param head with its line ends
     */
    record Request(int number, String head, byte[] body) {
        String path() {
            return head.split(" ")[1];
        }
    }

    private final ServerSocket server;
    private final Behaviour behaviour;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Request> seen = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    RawOrigin(Behaviour behaviour) throws IOException {
        this(behaviour, ServerSocketFactory.getDefault());
    }

    /** One on sockets of that kind. */
    RawOrigin(Behaviour behaviour, ServerSocketFactory sockets) throws IOException {
        this.behaviour = behaviour;
        server = sockets.createServerSocket(0, 512, InetAddress.getByName("127.0.0.1"));
        start(this::accept);
    }

    /** One that answers 200 with that body. */
    static RawOrigin ok(String body) throws IOException {
        return new RawOrigin((request, socket) -> {
            write(socket, response(body, ""));
            return true;
        });
    }

    static String response(String body, String fields) {
        return "HTTP/1.1 200 OK\r\ncontent-length: " + body.length() + "\r\n" + fields + "\r\n" + body;
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Target target() {
        return new Target("127.0.0.1", server.getLocalPort());
    }

    int requests() {
        return requests.get();
    }

    int connections() {
        return connections.get();
    }

    List<Request> seen() {
        return seen;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                connections.incrementAndGet();
                start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean goesOn = true;
            while (goesOn) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                int length = 0;
                for (String line : head.toLowerCase(Locale.ROOT).split("\r\n")) {
                    if (line.startsWith("content-length: ")) {
                        length = Integer.parseInt(line.substring(16));
                    }
                }
                Request request = new Request(requests.getAndIncrement(), head, in.readNBytes(length));
                if (seen.size() < 10_000) {
                    seen.add(request);
                }
                goesOn = behaviour.answer(request, socket);
            }
        } catch (Exception broken) {
            // the client left, or this origin was closed
        } finally {
            open.remove(socket);
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int last = 0;
        int next;
        while ((next = in.read()) >= 0) {
            bytes.write(next);
            last = (last << 8) | next;
            if (last == 0x0d0a0d0a) {
                return bytes.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "raw-origin");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
