package io.penstock.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A network between a client and a server on loopback that can be made to fail: it hands bytes on, and does to the answers
 * what it was last told. May be used from any thread.
 */
public final class CuttingProxy implements AutoCloseable {

    /** What happens to the answers. Requests always reach the server, except under {@link #REFUSE}. */
    public enum Mode {
        /** They arrive. */
        PASS,
        /** The first bytes arrive, then the connection is gone. */
        CUT,
        /** They never arrive; the connection stays. */
        SWALLOW,
        /** The request arrives, the connection is gone before the answer. */
        DROP,
        /** There is no connection at all. */
        REFUSE
    }

    private static final int CUT_AFTER = 60;
    private static final byte[] BULK = "POST /_bulk".getBytes(StandardCharsets.US_ASCII);

    private final int port = FreePort.next();
    private final int upstream;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger hit = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Mode mode = Mode.PASS;
    private volatile Held heldBulk = Held.nothing();
    private volatile Held heldAnswer = Held.nothing();

    /** @param upstream {@code host:port} on loopback */
    public CuttingProxy(String upstream) {
        this.upstream = Integer.parseInt(upstream.substring(upstream.lastIndexOf(':') + 1));
        try {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** {@code host:port} for the client. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** From now on; answers that are swallowed stay so. Back at {@link Mode#PASS}, connections that missed one are closed. */
    public void mode(Mode next) {
        lock.lock();
        try {
            mode = next;
            if (next == Mode.PASS || next == Mode.REFUSE) {
                sockets.forEach(CuttingProxy::close);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next bulk on its way to Elasticsearch.
     *
     * @param answer whether it is kept on the way back, when Elasticsearch has done it, instead of on the way there
     */
    public Held hold(boolean answer) {
        var held = new Held();
        if (answer) {
            heldAnswer = held;
        } else {
            heldBulk = held;
        }
        return held;
    }

    /** Answers that did not arrive as they were sent, since it was made. */
    public int hits() {
        return hit.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                if (mode == Mode.REFUSE) {
                    hit.incrementAndGet();
                    close(client);
                    continue;
                }
                connect(client);
            } catch (IOException _) {
                // This proxy is closed
            }
        }
    }

    private void connect(Socket client) {
        try {
            var target = new Socket(InetAddress.getLoopbackAddress(), upstream);
            sockets.add(client);
            sockets.add(target);
            var bulk = new AtomicBoolean();
            Thread.ofVirtual().start(() -> hand(client, target, false, bulk));
            Thread.ofVirtual().start(() -> hand(target, client, true, bulk));
        } catch (IOException _) {
            // The server is down: the client sees a closed connection
            close(client);
        }
    }

    private void hand(Socket from, Socket to, boolean answers, AtomicBoolean bulk) {
        var bytes = new byte[16_384];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (!answers && startsBulk(bytes, read)) {
                    bulk.set(true);
                    heldBulk.keep();
                } else if (answers && bulk.compareAndSet(true, false)) {
                    heldAnswer.keep();
                }
                var now = answers ? mode : Mode.PASS;
                switch (now) {
                    case PASS -> out.write(bytes, 0, read);
                    case SWALLOW -> hit.incrementAndGet();
                    case CUT -> {
                        out.write(bytes, 0, Math.min(read, CUT_AFTER));
                        hit.incrementAndGet();
                        return;
                    }
                    case DROP, REFUSE -> {
                        hit.incrementAndGet();
                        return;
                    }
                }
            }
        } catch (IOException _) {
            // One end is gone: so will be the other
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static boolean startsBulk(byte[] bytes, int length) {
        return length >= BULK.length && Arrays.equals(bytes, 0, BULK.length, BULK, 0, BULK.length);
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
        heldBulk.close();
        heldAnswer.close();
        try {
            server.close();
        } catch (IOException _) {
            // As good as closed
        }
        sockets.forEach(CuttingProxy::close);
    }
}
