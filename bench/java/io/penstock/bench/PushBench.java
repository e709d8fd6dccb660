package io.penstock.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import io.penstock.stack.Audit;
import io.penstock.stack.JavaLauncher;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import io.penstock.stack.TradeRecords;

/**
 * Measures push mode, and pull mode beside it, against a real Kafka and a real Elasticsearch: {@code bench/push}. Each sender
 * has a connection of its own and one request on it at a time, as the KafkaSource's dispatcher sends them; requests are ready
 * made bytes, so that sending costs next to nothing, and what it does cost is printed.
 */
final class PushBench {

    private static final TradeRecords TRADES = new TradeRecords(5, 0, 0);
    private static final int WARM_UP = 180_000;
    private static final String PUSH = """
            senders  requests  requests/s  bulks/1000    p50 ms    p99 ms  CPU s/1e6  GB s/1e6  RSS MB  sender CPU s/1e6
            """;

    private final Stack stack;

    private PushBench(Stack stack) {
        this.stack = stack;
    }

    /** Words: senders and requests in turn, for example {@code 1 2000 1000 100000}; {@code pull} and a number of records. */
    public static void main(String[] words) throws Exception {
        try (var stack = Stack.start(JavaLauncher.FAST_AT_LENGTH)) {
            var bench = new PushBench(stack);
            bench.push(Arrays.stream(words).takeWhile(word -> !word.equals("pull")).mapToInt(Integer::parseInt).toArray());
            if (words.length > 1 && words[words.length - 2].equals("pull")) {
                bench.pull(Integer.parseInt(words[words.length - 1]));
            }
        }
        System.exit(0);
    }

    private void push(int[] rounds) throws Exception {
        var name = "push-bench";
        try (var penstock = start(name, Map.of("PENSTOCK_SOURCE", "push"))) {
            int first = 0;
            // The JIT compiler's share is not what a record costs.
            for (int senders : new int[] {1_000, 32, 1_000}) {
                load(penstock, name, first, WARM_UP / 3, senders);
                first += WARM_UP / 3;
            }
            System.out.print(PUSH);
            for (int i = 0; i < rounds.length; i += 2) {
                System.out.println(load(penstock, name, first, rounds[i + 1], rounds[i]));
                first += rounds[i + 1];
            }
            long stored = stack.elasticsearch().count(name);
            System.out.printf("%,d answered 2xx, %,d stored, exit code %d%n", first, stored, penstock.terminate());
            if (stored != first) {
                throw new IllegalStateException("What was answered 2xx is not what is stored: no figure counts");
            }
        }
    }

    private PenstockProcess start(String name, Map<String, String> environment) {
        var builder = PenstockProcess.against(stack).topic(name).index(name).group(name);
        environment.forEach(builder::environment);
        return builder.jvmOptions("-Xmx256m").start().awaitReady();
    }

    private String load(PenstockProcess penstock, String topic, int first, int requests, int senders) throws Exception {
        var ready = IntStream.range(first, first + requests).mapToObj(number -> request(topic, number)).toList();
        var address = URI.create(penstock.url());
        var nanos = new long[requests];
        double bulks = penstock.metric("penstock_bulk_documents_count");
        double cpu = cpuSeconds(penstock.pid());
        double own = cpuSeconds(ProcessHandle.current().pid());
        long begin = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var each : threads.invokeAll(IntStream.range(0, senders).mapToObj(s -> (Callable<Void>) () -> {
                try (var socket = new Socket(address.getHost(), address.getPort())) {
                    socket.setTcpNoDelay(true);
                    var answers = new BufferedInputStream(socket.getInputStream(), 512);
                    for (int i = s; i < requests; i += senders) {
                        long sent = System.nanoTime();
                        socket.getOutputStream().write(ready.get(i));
                        expect204(answers);
                        nanos[i] = System.nanoTime() - sent;
                    }
                }
                return null;
            }).toList())) {
                each.get();
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(nanos);
        double million = 1e6 / requests;
        return "%7d %9d %11.0f %11.1f %9.1f %9.1f %10.0f %9.0f %7d %17.0f".formatted(senders, requests, requests / seconds,
                (penstock.metric("penstock_bulk_documents_count") - bulks) * 1000 / requests, nanos[requests / 2] / 1e6,
                nanos[requests * 99 / 100] / 1e6, (cpuSeconds(penstock.pid()) - cpu) * million,
                penstock.rssBytes() / 1e9 * seconds * million, penstock.rssBytes() >> 20,
                (cpuSeconds(ProcessHandle.current().pid()) - own) * million);
    }

    /** An event of a Knative KafkaSource, as push mode's tests send it. */
    private static byte[] request(String topic, int number) {
        var trade = TRADES.trade(number);
        var key = new String(trade.key(), StandardCharsets.UTF_8);
        var head = """
                POST / HTTP/1.1\r
                Host: penstock\r
                ce-specversion: 1.0\r
                ce-id: partition:3/offset:%d\r
                ce-source: /apis/v1/namespaces/ns/kafkasources/source#%s\r
                ce-type: dev.knative.kafka.event\r
                ce-subject: partition:3#%d\r
                ce-time: %s\r
                ce-key: %s\r
                ce-partitionkey: %s\r
                Content-Length: %d\r
                \r
                """.formatted(number, topic, number, Instant.ofEpochMilli(1_595_944_295_000L + number), key, key, trade.value().length)
                .getBytes(StandardCharsets.UTF_8);
        var request = Arrays.copyOf(head, head.length + trade.value().length);
        System.arraycopy(trade.value(), 0, request, head.length, trade.value().length);
        return request;
    }

    private static void expect204(InputStream answers) throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = answers.read();
            if (next < 0) {
                throw new EOFException("The connection was closed after: " + head);
            }
            head.append((char) next);
        }
        if (!head.toString().startsWith("HTTP/1.1 204")) {
            throw new IOException("Not answered 204: " + head);
        }
    }

    private void pull(int records) {
        var name = "pull-bench";
        stack.kafka().createTopic(name, 4);
        TRADES.produce(stack.kafka(), name, 0, WARM_UP);
        try (var penstock = start(name, Map.of())) {
            awaitCommitted(name);
            TRADES.produce(stack.kafka(), name, WARM_UP, WARM_UP + 1);
            awaitCommitted(name);
            // Produced beforehand by nobody else: while it stands still, so that it is polled as from a backlog
            penstock.freeze();
            TRADES.produce(stack.kafka(), name, WARM_UP + 1, WARM_UP + 1 + records);
            double cpu = cpuSeconds(penstock.pid());
            long begin = System.nanoTime();
            penstock.thaw();
            awaitCommitted(name);
            double seconds = (System.nanoTime() - begin) / 1e9;
            double million = 1e6 / records;
            System.out.printf("pull: %d records, %.0f records/s, %.0f CPU s/1e6, %.0f GB s/1e6, RSS %d MB%n", records, records / seconds,
                    (cpuSeconds(penstock.pid()) - cpu) * million, penstock.rssBytes() / 1e9 * seconds * million, penstock.rssBytes() >> 20);
        }
    }

    private void awaitCommitted(String name) {
        while (!Audit.uncommitted(stack.kafka(), name, name).isEmpty()) {
            try {
                Thread.sleep(Duration.ofMillis(50));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static double cpuSeconds(long pid) {
        return ProcessHandle.of(pid).flatMap(handle -> handle.info().totalCpuDuration()).orElse(Duration.ZERO).toNanos() / 1e9;
    }
}
