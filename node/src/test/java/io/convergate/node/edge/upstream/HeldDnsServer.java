package io.convergate.node.edge.upstream;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;

/** A DNS server that says nothing until it is let, and then one address for every name. */
final class HeldDnsServer implements AutoCloseable {
    private static final int HEADER_BYTES = 12;
    private static final int TYPE_A = 1;

    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final byte[] address;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    HeldDnsServer(String address) throws IOException {
        this.address = InetAddress.getByName(address).getAddress();
        Thread thread = new Thread(this::serve, "held-dns");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** Counted down by the first question. */
    CountDownLatch asked() {
        return asked;
    }

    void release() {
        released.countDown();
    }

    private void serve() {
        try {
            while (true) {
                DatagramPacket question = new DatagramPacket(new byte[512], 512);
                socket.receive(question);
                asked.countDown();
                released.await();
                byte[] answer = answer(question);
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            }
        } catch (IOException | InterruptedException closed) {
            // The test is over.
        }
    }

    /** RFC 1035 section 4: the question again, and for an A question one record that points back at its name. */
    private byte[] answer(DatagramPacket question) {
        ByteBuffer asked = ByteBuffer.wrap(question.getData(), 0, question.getLength());
        int end = HEADER_BYTES;
        while (asked.get(end) != 0) {
            end += asked.get(end) + 1;
        }
        boolean isAddress = asked.getShort(end + 1) == TYPE_A;
        end += 5;
        ByteBuffer answer = ByteBuffer.allocate(end + 16);
        answer.putShort(asked.getShort(0)).putShort((short) 0x8180).putShort((short) 1);
        answer.putShort((short) (isAddress ? 1 : 0)).putInt(0);
        answer.put(question.getData(), HEADER_BYTES, end - HEADER_BYTES);
        if (isAddress) {
            answer.putShort((short) 0xC00C)
                    .putShort((short) TYPE_A)
                    .putShort((short) 1)
                    .putInt(60);
            answer.putShort((short) address.length).put(address);
        }
        byte[] bytes = new byte[answer.position()];
        answer.flip().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        released.countDown();
        socket.close();
    }
}
