package io.convergate.loadgen.fault.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that does the same to every connection, each on a thread of its own. */
final class TcpServer implements AutoCloseable {
    private final ServerSocket socket;
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    /** What is done to a connection. */
    interface Service {
        void serve(Socket connection) throws IOException;
    }

    private TcpServer(Service service) {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(() -> {
            while (true) {
                Socket connection = socket.accept();
                connections.add(connection);
                run(() -> service.serve(connection));
            }
        });
    }

    static TcpServer of(Service service) {
        return new TcpServer(service);
    }

    /** One that sends back what it gets, and ends its side when the client has ended its own. */
    static TcpServer echo() {
        return of(connection -> {
            InputStream in = connection.getInputStream();
            in.transferTo(connection.getOutputStream());
            connection.shutdownOutput();
        });
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void run(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException ended) {
                // The connection or the server was closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
