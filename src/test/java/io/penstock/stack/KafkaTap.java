package io.penstock.stack;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A network between a client and a {@link KafkaBroker} that tells requests apart and keeps one of them back when it is asked to.
 * The frames and the keys of the requests are those of the Kafka protocol guide. May be used from any thread.
 */
public final class KafkaTap implements AutoCloseable {

    /** Kinds of requests. */
    public enum Kind {
        PRODUCE(0), FETCH(1), COMMIT(8);

        private final short key;

        Kind(int key) {
            this.key = (short) key;
        }
    }

    private record Wish(Kind kind, boolean answer, Held held) {
    }

    /** An answer to a fetch that is smaller has no records. */
    private static final int FEW_BYTES = 1_000;

    private final ServerSocket server;
    private final int upstream;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Wish wish = new Wish(Kind.PRODUCE, false, Held.nothing());

    KafkaTap(int port, int upstream) {
        this.upstream = upstream;
        try {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /**
     * The next request of a kind; of fetches only those with records.
     *
     * @param answer whether it is kept on the way back, when the broker has done it, instead of on the way there
     */
    public Held hold(Kind kind, boolean answer) {
        var held = new Held();
        wish = new Wish(kind, answer, held);
        return held;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException _) {
                // This tap is closed
            }
        }
    }

    private void connect(Socket client) {
        try {
            var broker = new Socket(InetAddress.getLoopbackAddress(), upstream);
            sockets.add(client);
            sockets.add(broker);
            Queue<Short> asked = new ConcurrentLinkedQueue<>();
            Thread.ofVirtual().start(() -> hand(client, broker, false, asked));
            Thread.ofVirtual().start(() -> hand(broker, client, true, asked));
        } catch (IOException _) {
            // The broker is down: the client sees a closed connection
            close(client);
        }
    }

    private void hand(Socket from, Socket to, boolean answers, Queue<Short> asked) {
        try (from; to) {
            var in = new DataInputStream(from.getInputStream());
            var out = new DataOutputStream(to.getOutputStream());
            while (true) {
                var frame = new byte[in.readInt()];
                in.readFully(frame);
                // Answers come in the order of the requests
                short key = answers ? asked.remove() : ByteBuffer.wrap(frame).getShort();
                if (!answers) {
                    asked.add(key);
                }
                var current = wish;
                if (current.kind.key == key && current.answer == answers
                        && (key != Kind.FETCH.key || !answers || frame.length > FEW_BYTES)) {
                    current.held.keep();
                }
                out.write(ByteBuffer.allocate(4 + frame.length).putInt(frame.length).put(frame).array());
            }
        } catch (IOException _) {
            // One end is gone: so will be the other
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // As good as closed
        }
    }

    @Override
    public void close() {
        wish.held.close();
        try {
            server.close();
        } catch (IOException _) {
            // As good as closed
        }
        sockets.forEach(KafkaTap::close);
    }
}
