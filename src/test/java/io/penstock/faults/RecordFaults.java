package io.penstock.faults;

import io.penstock.delivery.Delivery;
import io.penstock.stack.Audit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Records nobody expects. */
final class RecordFaults {

    static final String PLAIN_ROUTE = """
            - route:
                id: plain
                from:
                  uri: kafka:{{penstock.topic}}
                  steps:
                    - unmarshal: { json: {} }
                    - aggregate:
                        aggregationStrategy: "#bulk"
                        correlationExpression: { constant: all }
                        completionSize: 500
                        completionTimeout: 200
                        steps:
                          - to: elasticsearch:es?operation=Bulk&indexName={{penstock.index}}
            """;
    private static final int LARGEST = 16 * 1024 * 1024;

    private RecordFaults() {
    }

    static List<Scenario> all() {
        return List.of(
                Scenario.of("odd-records", "junk, nulls, BOM, NaN, duplicate keys, 10 MB, 10,000 deep, half characters, odd headers",
                        trial -> odd(trial, true)).broken(0),
                Scenario.of("odd-records-shipped", "the same through the shipped route, with its filter and field conversion",
                        trial -> odd(trial, false)).broken(0),
                Scenario.of("largest-records", "incompressible records that just fit the topic, and are not JSON",
                        RecordFaults::largest).broken(0));
    }

    /** A document for {@link #PLAIN_ROUTE}, or what was to be one. */
    static byte[] document(int number, String text, boolean broken) {
        return ("{\"number\":" + number + ",\"text\":\"" + text + (broken ? "" : "\"}")).getBytes(StandardCharsets.UTF_8);
    }

    /** Whether the next record is to be broken, by the trial's share. */
    static boolean isBroken(Trial trial) {
        return trial.random().nextDouble() < trial.trades().brokenShare();
    }

    private static void odd(Trial trial, boolean plain) throws Exception {
        if (plain) {
            trial.routes(PLAIN_ROUTE);
        }
        var large = Map.of("max.message.bytes", String.valueOf(LARGEST));
        trial.kafka().createTopic(trial.topic(), Trial.PARTITIONS, large);
        trial.kafka().createTopic(trial.letters(), 1, large);
        trial.beginWithoutLoad(record -> !plain && mayBeFiltered(record.value()));
        var values = values(trial.random());
        int sent = 0;
        try (var producer = producer(trial)) {
            for (int round = 0; round < 3; round++) {
                for (byte[] value : values) {
                    byte[] key = switch (trial.random().nextInt(4)) {
                        case 0 -> null;
                        case 1 -> new byte[0];
                        case 2 -> bytes(new SplittableRandom(sent), 300);
                        default -> ("key " + sent).getBytes(StandardCharsets.UTF_8);
                    };
                    producer.send(new ProducerRecord<>(trial.topic(), null, null, key, value, headers(trial.random())));
                    sent++;
                }
                trial.fault();
            }
        }
        var traces = trial.traces(record -> !plain && mayBeFiltered(record.value()));
        trial.check(traces.isRight(), traces.toString());
        trial.note(traces.toString());
        trial.accounted(sent, traces.records(), traces.lost().size());
    }

    private static RecordHeaders headers(SplittableRandom random) {
        var headers = new RecordHeaders();
        for (int i = random.nextInt(6); i > 0; i--) {
            switch (random.nextInt(9)) {
                case 0 -> headers.add("", new byte[0]);
                case 1 -> headers.add("CamelFileName", "../../up".getBytes(StandardCharsets.UTF_8));
                case 2 -> headers.add("indexName", "elsewhere".getBytes(StandardCharsets.UTF_8));
                case 3 -> headers.add("operation", "DeleteIndex".getBytes(StandardCharsets.UTF_8));
                case 4 -> headers.add("kafka.HEADERS", "x".getBytes(StandardCharsets.UTF_8));
                case 5 -> headers.add("none", null);
                case 6 -> headers.add("binary", bytes(random, 40));
                case 7 -> headers.add("kafka.OFFSET", "7".getBytes(StandardCharsets.UTF_8));
                default -> headers.add(Delivery.PROPERTY.getName(), "x".getBytes(StandardCharsets.UTF_8));
            }
        }
        return headers;
    }

    private static List<byte @Nullable []> values(SplittableRandom random) {
        var all = new ArrayList<byte @Nullable []>();
        all.add(null);
        all.add(new byte[0]);
        for (var text : List.of(" ", "\n", "{", "}", "[]", "{}", "null", "true", "0", "\"\"", "NaN", "{\"a\":NaN}",
                "{\"a\":Infinity}", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1},\"a.b\":2}", "{\"\":1}", "{\".\":1}", "{\"a.\":1}", "{\"..\":1}",
                "\uFEFF{\"bom\":true}", "{\"half\":\"\\ud800\"}", "{\"\\udc00\":1}", "{\"zero\":\"\\u0000\"}", "{\"n\":1e400}",
                "{\"n\":123456789012345678901234567890}", "{\"n\":-0.0}", "{\"n\":1.0000000000000000000000000001}", "{\"_id\":1}",
                "{\"_index\":\"x\"}", "{\"_source\":{}}", "{\"a\":1}{\"a\":2}", "{\"a\":1}\n{\"index\":{}}\n{\"b\":2}",
                "{\"a\":\"\\n{\\\"delete\\\":{}}\"}", "{'a':1}", "{\"a\":1,}", "/* c */{\"a\":1}", "{\"a\":01}", "{\"a\":\"\t\"}",
                "{\"date\":\"2020-01-01\"}", "{\"date\":\"no date\"}", "{\"date\":{\"x\":1}}", "{\"a\":[1,\"x\",null,{}]}",
                "{\"n\":" + "9".repeat(1_200) + "}", "{\"e\":1e" + "9".repeat(400) + "}", "{\"returnCode\":\"${exchangeId}\"}",
                "{\"returnCode\":1,\"timestamp\":1e300,\"returnMessage\":\"a[b][seqId:c]\"}",
                "{\"returnCode\":1e3,\"timestamp\":-1,\"returnMessage\":\"a[b][seqId:c]\"}",
                "{\"returnCode\":\"0\"}", "{\"returnCode\":0.0}", "{\"returnCode\":[0]}", "{\"returnCode\":null}",
                "{\"returnCode\":1,\"timestamp\":1,\"returnMessage\":\"" + "[".repeat(50_000) + "\"}",
                "{\"" + "k".repeat(40_000) + "\":1}")) {
            all.add(text.getBytes(StandardCharsets.UTF_8));
        }
        all.add("{\"utf16\":1}".getBytes(StandardCharsets.UTF_16));
        all.add("{\"utf16\":1}".getBytes(StandardCharsets.UTF_16LE));
        all.add("{\"latin\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1));
        all.add(new byte[] {'{', '"', 'h', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'});
        all.add(("{\"deep\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}").getBytes(StandardCharsets.UTF_8));
        all.add(("{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000)).getBytes(StandardCharsets.UTF_8));
        all.add(("{\"a\":".repeat(900) + "1" + "}".repeat(900)).getBytes(StandardCharsets.UTF_8));
        all.add(("{\"long\":\"" + "x".repeat(10_000_000) + "\"}").getBytes(StandardCharsets.UTF_8));
        var wide = new StringBuilder("{\"wide0\":0");
        for (int i = 1; i < 3_000; i++) {
            wide.append(",\"wide").append(i).append("\":").append(i);
        }
        all.add(wide.append('}').toString().getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 40; i++) {
            all.add(bytes(random, random.nextInt(1, 2_000)));
        }
        return all;
    }

    private static void largest(Trial trial) throws Exception {
        int limit = 200_000;
        trial.kafka().createTopic(trial.topic(), Trial.PARTITIONS, Map.of("max.message.bytes", String.valueOf(limit)));
        trial.kafka().createTopic(trial.letters(), 1, Map.of("max.message.bytes", String.valueOf(limit)));
        // Of bare letters nobody can tell whose they are
        trial.unwatched();
        trial.beginWithoutLoad(_ -> false);
        int sent = 0;
        int refused = 0;
        try (var producer = producer(trial)) {
            for (int size = limit - 600; size <= limit; size += 7) {
                try {
                    producer.send(new ProducerRecord<>(trial.topic(), null, bytes(trial.random(), size))).get();
                    sent++;
                } catch (java.util.concurrent.ExecutionException _) {
                    refused++;
                }
            }
        }
        trial.fault();
        trial.check(refused > 0 && sent > 0, "the limit was not met");
        boolean committed = Trial.await(() -> Audit.uncommitted(trial.kafka(), trial.topic(), trial.group()).isEmpty(),
                Duration.ofSeconds(60));
        trial.check(committed, "a dead letter of a record that just fits its topic is never kept: "
                + Audit.uncommitted(trial.kafka(), trial.topic(), trial.group()));
        long letters = trial.kafka().endOffsets(trial.letters()).values().stream().mapToLong(Long::longValue).sum();
        trial.check(letters >= sent, letters + " dead letters of " + sent + " records");
        trial.accounted(sent, sent, 0);
    }

    static KafkaProducer<byte[], byte[]> producer(Trial trial) {
        return producer(trial, CompressionType.NONE);
    }

    static KafkaProducer<byte[], byte[]> producer(Trial trial, CompressionType compression) {
        return new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, trial.kafka().bootstrapServers(),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST, ProducerConfig.LINGER_MS_CONFIG, 0,
                ProducerConfig.COMPRESSION_TYPE_CONFIG, compression.name),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Every record has left its trace, so many of them as dead letters. */
    static void settled(Trial trial, int records, int letters) {
        var traces = trial.traces(_ -> false);
        trial.check(traces.isRight() && traces.letters() == letters, letters + " dead letters expected; " + traces);
        trial.accounted(records, traces.records(), traces.lost().size());
    }

    private static boolean mayBeFiltered(byte @Nullable [] value) {
        var text = value == null ? "" : new String(value, StandardCharsets.UTF_8);
        return List.of("{\"returnCode\":\"0\"}", "{\"returnCode\":0.0}").contains(text);
    }

    static byte[] bytes(SplittableRandom random, int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
