package io.penstock.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes {@code _bulk} requests of {@code index} and {@code create} actions, answers success for each item at once (or, if asked to be slow, after a while), in Elasticsearch's
 * form and as far as {@code filter_path} asks, and appends each body to a file, so that what a run has stored can be looked at after
 * it. {@code GET /_items} says how many items there were. Runs in a process of its own.
 */
final class NullSink {

    private static final byte[] HELLO = """
            {"name":"null-sink","cluster_name":"bench","version":{"number":"9.2.3","build_flavor":"default",\
            "minimum_wire_compatibility_version":"8.19.0","minimum_index_compatibility_version":"8.0.0"},\
            "tagline":"You Know, for Search"}""".getBytes(StandardCharsets.UTF_8);
    private static final String WHOLE_ITEM = """
            {"index":{"_index":"pre1","_id":"Zx1JyZQBm7pEr0cVd8fQ","_version":1,"result":"created",\
            "_shards":{"total":2,"successful":1,"failed":0},"_seq_no":4711,"_primary_term":1,"status":201}}""";
    private static final String STATUS_ITEM = "{\"index\":{\"status\":201}}";

    /** How much of an answer is asked for. */
    private enum Answer {
        WHOLE, STATUS, ERRORS, ERRORS_AND_STATUS
    }

    private record Kind(Answer answer, int items) {
    }

    private record Request(String line, boolean keepAlive, byte[] body, int length) {
    }

    private final FileChannel kept;
    private final Duration delay;
    private final AtomicLong items = new AtomicLong();
    private final ConcurrentHashMap<Kind, byte[]> answers = new ConcurrentHashMap<>();

    private NullSink(FileChannel kept, Duration delay) {
        this.kept = kept;
        this.delay = delay;
    }

    /** {@code args}: the port, the file that keeps the bodies, and how long to wait before a bulk is answered, in ms. */
    public static void main(String... args) throws IOException {
        try (var server = new ServerSocket(Integer.parseInt(args[0]), 50, InetAddress.getLoopbackAddress());
                var kept = FileChannel.open(Path.of(args[1]), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            var sink = new NullSink(kept, Duration.ofMillis(Long.parseLong(args[2])));
            while (true) {
                var socket = server.accept();
                Thread.ofPlatform().daemon().start(() -> sink.serve(socket));
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            var out = socket.getOutputStream();
            var buffer = new byte[1 << 16];
            while (true) {
                var request = read(in, out, buffer);
                buffer = request.body();
                out.write(answer(request));
                if (!request.keepAlive()) {
                    return;
                }
            }
        } catch (EOFException _) {
            // The client has ended
        } catch (IOException e) {
            System.err.println(e);
        }
    }

    private byte[] answer(Request request) throws IOException {
        var path = request.line().split(" ", 3)[1];
        if (path.contains("_bulk")) {
            int count = lines(request.body(), request.length()) / 2;
            synchronized (kept) {
                var bytes = ByteBuffer.wrap(request.body(), 0, request.length());
                while (bytes.hasRemaining()) {
                    kept.write(bytes);
                }
            }
            if (delay.isPositive()) {
                LockSupport.parkNanos(delay.toNanos());
            }
            items.addAndGet(count);
            return answers.computeIfAbsent(new Kind(asked(path), count), NullSink::bulkAnswer);
        }
        if (path.equals("/_items")) {
            return response(String.valueOf(items.get()).getBytes(StandardCharsets.US_ASCII), false);
        }
        return response(HELLO, request.line().startsWith("HEAD"));
    }

    private static Answer asked(String path) {
        int filter = path.indexOf("filter_path=");
        if (filter < 0) {
            return Answer.WHOLE;
        }
        boolean errors = path.startsWith("errors", filter + "filter_path=".length());
        return path.indexOf("status", filter) < 0 ? Answer.ERRORS : errors ? Answer.ERRORS_AND_STATUS : Answer.STATUS;
    }

    private static byte[] bulkAnswer(Kind kind) {
        var item = kind.answer() == Answer.WHOLE ? WHOLE_ITEM : STATUS_ITEM;
        var items = "\"items\":[" + String.join(",", Collections.nCopies(kind.items(), item)) + "]}";
        var text = switch (kind.answer()) {
            case ERRORS -> "{\"errors\":false,\"took\":0}";
            case ERRORS_AND_STATUS -> "{\"errors\":false," + items;
            case STATUS -> "{" + items;
            case WHOLE -> "{\"errors\":false,\"took\":0," + items;
        };
        return response(text.getBytes(StandardCharsets.UTF_8), false);
    }

    private static byte[] response(byte[] body, boolean head) {
        var start = ("HTTP/1.1 200 OK\r\nX-elastic-product: Elasticsearch\r\ncontent-type: application/json\r\ncontent-length: "
                + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        var whole = Arrays.copyOf(start, start.length + (head ? 0 : body.length));
        System.arraycopy(body, 0, whole, start.length, whole.length - start.length);
        return whole;
    }

    private static int lines(byte[] body, int length) {
        int lines = 0;
        for (int i = 0; i < length; i++) {
            lines += body[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    private static Request read(InputStream in, OutputStream out, byte[] buffer) throws IOException {
        var line = line(in);
        int length = 0;
        boolean chunked = false;
        boolean keepAlive = true;
        for (var header = line(in); !header.isEmpty(); header = line(in)) {
            var lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(lower.substring("content-length:".length()).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            } else if (lower.startsWith("connection:")) {
                keepAlive = !lower.contains("close");
            } else if (lower.startsWith("content-encoding:") && !lower.contains("identity")) {
                throw new IOException("the null sink takes no compressed bodies: " + header);
            } else if (lower.startsWith("expect:")) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        if (!chunked) {
            var body = fitting(buffer, length);
            fill(in, body, 0, length);
            return new Request(line, keepAlive, body, length);
        }
        var body = buffer;
        for (int chunk = Integer.parseInt(line(in), 16); chunk > 0; chunk = Integer.parseInt(line(in), 16)) {
            body = fitting(body, length + chunk);
            fill(in, body, length, chunk);
            length += chunk;
            line(in);
        }
        line(in);
        return new Request(line, keepAlive, body, length);
    }

    private static byte[] fitting(byte[] buffer, int length) {
        return buffer.length >= length ? buffer : Arrays.copyOf(buffer, Math.max(length, 2 * buffer.length));
    }

    private static void fill(InputStream in, byte[] body, int from, int length) throws IOException {
        if (in.readNBytes(body, from, length) != length) {
            throw new EOFException();
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
