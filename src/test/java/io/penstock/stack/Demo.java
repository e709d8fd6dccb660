package io.penstock.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Real records from a real broker through the shipped route into a real Elasticsearch, while somebody watches. Started by
 * {@code bin/demo}.
 */
final class Demo {

    private static final String TOPIC = "trade";
    private static final String INDEX = "pre1";
    private static final String GROUP = "penstock-demo";
    private static final int PARTITIONS = 4;
    private static final int RECORDS = 5_001;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final TradeRecords TRADES = new TradeRecords(20200728, 0.10, 0.01);

    private static volatile boolean ending;

    private final Stack stack;
    private final PenstockProcess penstock;

    private Demo(Stack stack, PenstockProcess penstock) {
        this.stack = stack;
        this.penstock = penstock;
    }

    /** With {@code --once} it ends by itself: 0 when every record is accounted for, 1 when not. */
    public static void main(String[] args) throws InterruptedException {
        boolean right = false;
        try (var stack = servers(); var penstock = penstock(stack)) {
            // On Ctrl-C, Penstock first, while what it needs to finish its work is still there
            AtExit.add(() -> stop(penstock));
            right = new Demo(stack, penstock).run();
            if (!List.of(args).contains("--once")) {
                say("\nAll of it stays up until Ctrl-C.");
                new CountDownLatch(1).await();
            }
            right &= stop(penstock);
        } catch (IllegalStateException | UncheckedIOException e) {
            if (!ending) {
                say("\n" + e.getMessage());
            }
        }
        System.exit(right ? 0 : 1);
    }

    private static boolean stop(PenstockProcess penstock) {
        if (ending || !penstock.isAlive()) {
            return false;
        }
        ending = true;
        say("\nStopping ...");
        int exit = penstock.terminate();
        if (exit != 0) {
            say("Penstock ended with " + exit + ", not 0; its log: " + penstock.logFile());
        }
        return exit == 0;
    }

    private static Stack servers() {
        long start = System.nanoTime();
        say("Starting Kafka " + KafkaBroker.version() + " and Elasticsearch " + ElasticsearchServer.version()
                + " (the first time, they are downloaded) ...");
        var stack = Stack.start();
        say("  up after " + seconds(start));
        return stack;
    }

    private static PenstockProcess penstock(Stack stack) {
        long start = System.nanoTime();
        stack.kafka().createTopic(TOPIC, PARTITIONS);
        say("Starting Penstock ...");
        var penstock = PenstockProcess.against(stack).topic(TOPIC).index(INDEX).group(GROUP).start();
        try {
            penstock.awaitReady();
        } catch (IllegalStateException e) {
            penstock.close();
            throw e;
        }
        say("  ready after " + seconds(start));
        return penstock;
    }

    private boolean run() {
        long start = System.nanoTime();
        TRADES.produce(stack.kafka(), TOPIC, 0, RECORDS);
        say("Produced %,d records over %d partitions: the reference record, then varied ones, 10 %% of them to be filtered, 1 %% broken."
                .formatted(RECORDS, PARTITIONS));
        await();
        say("  took " + seconds(start));
        var audit = Audit.take(stack, TOPIC, INDEX, GROUP, TRADES);
        boolean right = audit.isRight() && audit.produced() == RECORDS;
        say("\n" + (right ? "Every record is accounted for: " : "NOT every record is accounted for: "));
        say("  " + audit);
        documents();
        deadLetter();
        addresses();
        if (!right) {
            say("\nPenstock's log: " + penstock.logFile());
        }
        return right;
    }

    /** Until every record is committed, which is when Penstock says that it is done with it. */
    private void await() {
        var progress = new Progress();
        RealServer.await(() -> {
            long waiting = Audit.uncommitted(stack.kafka(), TOPIC, GROUP).values().stream().mapToLong(Long::longValue).sum();
            progress.show("  %,d in the index, %,d dead letters, %,d records not committed yet".formatted(
                    stack.elasticsearch().count(INDEX), end(TOPIC + ".dead-letters"), waiting), waiting == 0);
            return waiting == 0 || !penstock.isAlive();
        }, LIMIT);
        if (!penstock.isAlive()) {
            say("\nPenstock has ended. " + penstock.output());
        }
    }

    private void documents() {
        say("\nThe reference record and another one, as Elasticsearch returns them:");
        var found = stack.elasticsearch().post("/" + INDEX + "/_search", """
                {"size":1,"query":{"match_phrase":{"msgBody.requestId":"u3Becr8iz"}}}""").ok();
        hits(found).forEach(Demo::pretty);
        found = stack.elasticsearch().post("/" + INDEX + "/_search", """
                {"size":1,"query":{"bool":{"must_not":{"match_phrase":{"msgBody.requestId":"u3Becr8iz"}}}}}""").ok();
        hits(found).forEach(Demo::pretty);
    }

    private void deadLetter() {
        var letters = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        TopicReader.read(stack.kafka(), TOPIC + ".dead-letters", letters::add);
        letters.stream().filter(letter -> letter.value() != null && letter.value().length > 0).findFirst().ifPresent(letter -> {
            say("\nA dead letter in topic " + letter.topic() + ":");
            letter.headers().forEach(header -> say("  " + header.key() + ": " + text(header.value())));
            say("  " + text(letter.value()));
        });
    }

    private void addresses() {
        say("""

                To look at:
                  documents      %s/%s/_search?pretty
                  health         %s/q/health
                  metrics        %s/q/metrics
                  Kafka          %s (topics %s and %s.dead-letters, group %s)
                  Penstock's log %s""".formatted(stack.elasticsearch().url(), INDEX, penstock.url(), penstock.url(),
                stack.kafka().bootstrapServers(), TOPIC, TOPIC, GROUP, penstock.logFile()));
    }

    private long end(String topic) {
        return stack.kafka().endOffsets(topic).values().stream().mapToLong(Long::longValue).sum();
    }

    private static List<JsonNode> hits(JsonNode found) {
        return StreamSupport.stream(found.path("hits").path("hits").spliterator(), false).toList();
    }

    private static void pretty(JsonNode hit) {
        say(hit.toPrettyString().indent(2).stripTrailing());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String seconds(long sinceNanos) {
        return "%.1f s".formatted((System.nanoTime() - sinceNanos) / 1e9);
    }

    private static void say(String text) {
        System.out.println(text);
    }

    /** One line that changes on a terminal; elsewhere a line a second. */
    private static final class Progress {

        private final boolean terminal = System.console() != null && System.console().isTerminal();
        private long shown = System.nanoTime() - 1_000_000_000;

        void show(String line, boolean last) {
            if (terminal) {
                System.out.print("\r\033[K" + line + (last ? "\n" : ""));
                System.out.flush();
            } else if (last || System.nanoTime() - shown >= 1_000_000_000) {
                shown = System.nanoTime();
                say(line);
            }
        }
    }
}
