package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.penstock.stack.Audit;
import io.penstock.stack.ElasticsearchServer;
import io.penstock.stack.KafkaTap;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import io.penstock.stack.TopicReader;
import io.penstock.stack.Trade;
import io.penstock.stack.TradeRecords;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job, end to end: the packaged service as a process, the shipped route, a real Kafka, a real Elasticsearch. */
class MainJobIT {

    private static final Duration LONG = Duration.ofMinutes(3);
    /** Filtered out, and so settled at once. */
    private static final byte[] SUCCESS = "{\"returnCode\": 0}".getBytes(StandardCharsets.UTF_8);

    private final Stack stack = Stack.shared();
    private final String topic = "trade-" + UUID.randomUUID().toString().substring(0, 8);
    private final TradeRecords trades = new TradeRecords(42);
    private final List<PenstockProcess> started = new ArrayList<>();

    private PenstockProcess.Builder penstock(Stack servers, String... environment) {
        // A killed member is given up after this: the least the broker allows.
        var builder = PenstockProcess.against(servers).topic(topic).index(topic).group(topic)
                .environment("CAMEL_COMPONENT_KAFKA_SESSION_TIMEOUT_MS", "6000");
        for (int i = 0; i < environment.length; i += 2) {
            builder.environment(environment[i], environment[i + 1]);
        }
        return builder;
    }

    private PenstockProcess start(PenstockProcess.Builder builder) {
        var penstock = builder.start();
        started.add(penstock);
        return penstock;
    }

    private PenstockProcess start(Stack servers, String... environment) {
        return start(penstock(servers, environment));
    }

    private PenstockProcess start() {
        return start(stack);
    }

    /** The shipped route, changed in one place. */
    private static void shippedRoute(Path folder, String text, String instead) throws IOException {
        var shipped = Path.of("src/main/resources/routes/trade-errors.camel.yaml");
        Files.writeString(folder.resolve(shipped.getFileName()), Files.readString(shipped).replace(text, instead));
    }

    @AfterEach
    void stopAll() {
        started.forEach(PenstockProcess::close);
    }

    private long stored() {
        return stack.elasticsearch().count(topic);
    }

    private void awaitStored(long atLeast) {
        // An index that is being made can't be counted yet.
        await().atMost(LONG).pollInterval(Duration.ofMillis(100)).ignoreExceptions().until(() -> stored() >= atLeast);
    }

    private void awaitAllCommitted() {
        await().atMost(LONG).pollInterval(Duration.ofMillis(300))
                .until(() -> Audit.uncommitted(stack.kafka(), topic, topic).isEmpty());
    }

    private Audit audit() {
        return Audit.take(stack, topic, topic, topic, trades);
    }

    @Test
    void theReferenceRecordBecomesExactlyTheReferenceDocument() {
        stack.kafka().createTopic(topic, 1);
        trades.produce(stack.kafka(), topic, 0, 1);

        var penstock = start();
        awaitAllCommitted();

        assertThat(penstock.metric("jvm_memory_used_bytes")).isPositive();
        JsonNode source = stack.elasticsearch().get("/" + topic + "/_doc/" + topic + "-0-0").body().get("_source");
        assertThat(source.toString()).isEqualTo("""
                {"msgBody":{"timestamp":"2020-07-28 21:51:35","returnCode":101103,\
                "returnError":"return has no deal return error",\
                "returnMessage":"错误:缺少**c参数","requestId":"u3Becr8iz*"}}""");
    }

    @Test
    void whatHasWaitedForTheStartDoesNotWaitForCompany(@TempDir Path routes) throws Exception {
        shippedRoute(routes, "completionTimeout: 200", "completionTimeout: 3600000");
        stack.kafka().createTopic(topic, 1);
        trades.produce(stack.kafka(), topic, 0, 1);

        start(stack, "PENSTOCK_ROUTES", routes.toString());

        awaitStored(1);
    }

    @Test
    void slowStepsDoNotCostTheMemberItsPartitions(@TempDir Path routes) throws Exception {
        shippedRoute(routes, "        - unmarshal:", "        - delay: { constant: 100 }\n        - unmarshal:");
        stack.kafka().createTopic(topic, 1);
        trades.produce(stack.kafka(), topic, 0, 90);

        // One poll would bring them all, and they take 9 s.
        var penstock = start(stack, "PENSTOCK_ROUTES", routes.toString(), "CAMEL_COMPONENT_KAFKA_MAX_POLL_INTERVAL_MS", "6000");
        awaitAllCommitted();

        assertThat(penstock.output()).doesNotContain("Lost [");
        assertThat(audit().isRight()).isTrue();
        assertThat(audit().rewritten()).isZero();
    }

    @Test
    void partitionsTakeTurnsBehindSlowSteps(@TempDir Path routes) throws Exception {
        shippedRoute(routes, "        - unmarshal:", "        - delay: { constant: 50 }\n        - unmarshal:");
        stack.kafka().createTopic(topic, 2);
        // One of them takes half a minute
        trades.produce(stack.kafka(), topic, 0, 1000);

        start(stack, "PENSTOCK_ROUTES", routes.toString(), "CAMEL_COMPONENT_KAFKA_MAX_POLL_INTERVAL_MS", "20000");

        awaitStored(120);
        assertThat(stack.elasticsearch().documents(topic).stream().map(document -> document.id().replaceFirst("-\\d+$", "")).distinct())
                .containsExactlyInAnyOrder(topic + "-0", topic + "-1");
    }

    @Test
    void everyOneOfManyVariedRecordsIsIndexedFilteredOrDeadLetteredOnce() {
        int records = 200_000;
        stack.kafka().createTopic(topic, 4);
        var penstock = start(penstock(stack).jarAlone());
        trades.produce(stack.kafka(), topic, 0, records);
        awaitAllCommitted();

        var audit = audit();
        assertThat(audit.isRight()).as(audit.toString()).isTrue();
        var expected = IntStream.range(0, records).mapToObj(n -> trades.trade(n).outcome().getClass())
                .collect(Collectors.groupingBy(c -> c, Collectors.counting()));
        assertThat(audit.stored()).isEqualTo(expected.get(Trade.Stored.class));
        assertThat(audit.filtered()).isEqualTo(expected.get(Trade.Filtered.class));
        assertThat(audit.deadLettered()).isEqualTo(expected.get(Trade.DeadLettered.class));
        assertThat(audit.rewritten()).isZero();
        assertThat(penstock.metric("penstock_records_polled_total", "topic", topic)).isEqualTo(records);
        assertThat(penstock.metric("penstock_records_in_flight")).isZero();
        assertThat(penstock.get("/q/metrics").body().lines().filter(line -> line.startsWith("penstock_"))
                .map(line -> line.replaceFirst("(_count|_sum|_max)?[{ ].*", "")).collect(Collectors.toSet()))
                .as("docs/operations.md has each").allSatisfy(name -> assertThat(Path.of("docs/operations.md")).content().contains("`" + name + "`"));
        assertThat(penstock.output()).as("no record content in the log").doesNotContain("seqId").doesNotContain("余额不足");
    }

    @Test
    void killedInTheMiddleOfALoadItMissesNothingAndStoresNothingTwice() {
        stack.kafka().createTopic(topic, 4);
        trades.produce(stack.kafka(), topic, 0, 60_000);
        for (int kill = 1; kill <= 3; kill++) {
            var penstock = start();
            awaitStored(kill * 10_000L);
            penstock.kill();
            assertThat(stored()).as("in the middle of the load").isLessThan(53_000);
        }
        start();
        awaitAllCommitted();

        var audit = audit();
        assertThat(audit.isRight()).as(audit.toString()).isTrue();
    }

    @Test
    void whileElasticsearchIsDownItWaitsWithBoundedMemoryAndStaysInTheGroup() throws Exception {
        stack.kafka().createTopic(topic, 4);
        trades.produce(stack.kafka(), topic, 0, 60_000);
        var penstock = start();
        awaitStored(5_000);
        var members = members();

        stack.elasticsearch().stop();
        try {
            // The last poll reaches the bound of 10,000, and its broken records leave again.
            await().atMost(Duration.ofSeconds(30)).until(() -> penstock.metric("penstock_records_in_flight") >= 9_500);
            await().atMost(Duration.ofSeconds(30)).until(() -> !penstock.isReady());
            double polled = penstock.metric("penstock_records_polled_total", "topic", topic);
            await().during(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                assertThat(penstock.metric("penstock_records_polled_total", "topic", topic)).as("paused").isEqualTo(polled);
                assertThat(penstock.metric("penstock_records_in_flight")).isLessThanOrEqualTo(10_500);
            });
            assertThat(penstock.rssBytes()).isLessThan(600L * 1024 * 1024);
            assertThat(members()).as("the same members").isEqualTo(members);
        } finally {
            stack.elasticsearch().start();
        }
        awaitAllCommitted();
        var audit = audit();
        assertThat(audit.isRight()).as(audit.toString()).isTrue();
        await().atMost(Duration.ofSeconds(30)).until(penstock::isReady);
    }

    @Test
    void manyDocumentsOfARecordCountAsInFlightWhileElasticsearchIsDown(@TempDir Path routes) throws Exception {
        Files.writeString(routes.resolve("parts.camel.yaml"), """
                - route:
                    from:
                      uri: kafka:{{penstock.topic}}
                      steps:
                        - unmarshal: { json: {} }
                        - split:
                            simple: "${body}"
                            steps:
                              - aggregate:
                                  aggregationStrategy: "#bulk"
                                  correlationExpression: { constant: all }
                                  completionSize: 1000
                                  completionTimeout: 200
                                  steps:
                                    - to: elasticsearch:es?operation=Bulk&indexName={{penstock.index}}
                """);
        stack.kafka().createTopic(topic, 1);
        int records = 2_000;
        int parts = 300;
        var value = ("[" + "{\"n\":1},".repeat(parts - 1) + "{\"n\":1}]").getBytes(StandardCharsets.UTF_8);
        var penstock = PenstockProcess.against(stack).topic(topic).index(topic).group(topic).routes(routes).jvmOptions("-Xmx128m").start();
        started.add(penstock);
        penstock.awaitReady();
        stack.elasticsearch().freeze();
        try (var producer = stack.kafka().producer()) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, value));
            }
            producer.flush();
            var polled = new AtomicLong();
            await().atMost(LONG).during(Duration.ofSeconds(10)).until(() -> {
                long now = (long) penstock.metric("penstock_records_polled_total", "topic", topic);
                return now > 0 && now == polled.getAndSet(now);
            });
            assertThat(polled.get()).as("paused").isLessThan(records);
        } finally {
            stack.elasticsearch().thaw();
        }

        awaitStored((long) records * parts);
        awaitAllCommitted();
    }

    @Test
    void aCommitThatArrivesBehindALaterOneDoesNotKeepTheOffsetBack() {
        stack.kafka().createTopic(topic, 1);
        try (var tap = stack.kafka().tap(); var held = tap.hold(KafkaTap.Kind.COMMIT, false)) {
            start(stack, "KAFKA_BOOTSTRAP_SERVERS", tap.bootstrapServers(), "PENSTOCK_KAFKA_COMMIT_INTERVAL", "100ms",
                    "CAMEL_COMPONENT_KAFKA_CONSUMER_REQUEST_TIMEOUT_MS", "2000");
            trades.produce(stack.kafka(), topic, 0, 1);
            assertThat(held.await(LONG)).isTrue();
            // The consumer gives it up for lost, and sends it again over another connection.
            awaitAllCommitted();
            trades.produce(stack.kafka(), topic, 1, 2);
            awaitAllCommitted();

            held.close();
            await().atMost(LONG).untilAsserted(() -> assertThat(commits()).containsSubsequence(1L, 2L, 1L, 2L));
        }
    }

    @Test
    void recordsThatComeOneByOneAreNotCommittedOneByOne() throws Exception {
        stack.kafka().createTopic(topic, 1);
        start(stack, "PENSTOCK_KAFKA_COMMIT_INTERVAL", "5s");
        long begin = System.nanoTime();
        try (var producer = stack.kafka().producer()) {
            for (int i = 0; i < 200; i++) {
                producer.send(new ProducerRecord<>(topic, SUCCESS)).get();
                Thread.sleep(20);
            }
        }
        awaitAllCommitted();
        long intervals = (System.nanoTime() - begin) / Duration.ofSeconds(5).toNanos() + 1;
        assertThat(commits()).isSorted().endsWith(200L).hasSizeLessThanOrEqualTo((int) intervals * 11);
    }

    @Test
    void aPartitionThatIsNeverWithoutRecordsInFlightIsCommittedBesideOneThatOftenIs() throws Exception {
        stack.kafka().createTopic(topic, 2);
        start();
        var record = trades.trade(0).value();
        try (var producer = stack.kafka().producer()) {
            for (int hundreds = 0; committed(0) == 0; hundreds++) {
                assertThat(hundreds).as("hundreds of records, none committed").isLessThan(100);
                for (int i = 0; i < 100; i++) {
                    producer.send(new ProducerRecord<>(topic, 0, null, record));
                    producer.send(new ProducerRecord<>(topic, 1, null, SUCCESS));
                    Thread.sleep(2);
                }
            }
        }
    }

    private long committed(int partition) throws Exception {
        var offset = stack.kafka().admin().listConsumerGroupOffsets(topic).partitionsToOffsetAndMetadata().get()
                .get(new TopicPartition(topic, partition));
        return offset == null ? 0 : offset.offset();
    }

    /** What the broker took as the offset of the topic's only partition, in that order. */
    private List<Long> commits() {
        var commits = new ArrayList<Long>();
        TopicReader.read(stack.kafka(), "__consumer_offsets", entry -> {
            // The keys of offsets have version 0 or 1, the group's own 2.
            if (ByteBuffer.wrap(entry.key()).getShort() < 2 && new String(entry.key()).contains(topic) && entry.value() != null) {
                commits.add(ByteBuffer.wrap(entry.value()).getLong(Short.BYTES));
            }
        });
        return commits;
    }

    private Set<String> members() throws Exception {
        return stack.kafka().admin().describeConsumerGroups(List.of(topic)).all().get().get(topic).members().stream()
                .map(MemberDescription::consumerId).collect(Collectors.toSet());
    }

    @Test
    void ofABulkSomeItemsOfWhichFailEachGetsWhatItNeeds() {
        // A write queue of one for eight shards makes a real Elasticsearch answer 429 for some items of a bulk.
        try (var elasticsearch = new ElasticsearchServer(Map.of("thread_pool.write.queue_size", "1"))) {
            elasticsearch.start();
            elasticsearch.put("/" + topic, """
                    {"settings": {"number_of_shards": 8, "number_of_replicas": 0},
                     "mappings": {"properties": {"msgBody": {"properties": {"returnCode": {"type": "short"}}}}}}""");
            stack.kafka().createTopic(topic, 4);
            int records = 20_000;
            trades.produce(stack.kafka(), topic, 0, records);
            var penstock = start(new Stack(stack.kafka(), elasticsearch));
            awaitAllCommitted();

            assertThat(penstock.metric("penstock_documents_retried_total")).as("429s").isPositive();
            var fitting = IntStream.range(0, records).mapToObj(n -> trades.trade(n).outcome())
                    .filter(o -> o instanceof Trade.Stored s && fitsShort(s)).count();
            var broken = IntStream.range(0, records).mapToObj(n -> trades.trade(n).outcome())
                    .filter(o -> o instanceof Trade.DeadLettered || o instanceof Trade.Stored s && !fitsShort(s)).count();
            assertThat(elasticsearch.count(topic)).isEqualTo(fitting);
            assertThat(elasticsearch.documents(topic)).allMatch(d -> d.version() == 1, "stored once");
            var deadLetters = deadLetters();
            assertThat(deadLetters).hasSize((int) broken);
            assertThat(deadLetters).anyMatch(reason -> reason.startsWith("bulk: document_parsing_exception"));
        }
    }

    private static boolean fitsShort(Trade.Stored stored) {
        int code = (int) ((Map<?, ?>) stored.document().get("msgBody")).get("returnCode");
        return code >= Short.MIN_VALUE && code <= Short.MAX_VALUE;
    }

    /** Of each dead letter: {@code step: exception}. */
    private List<String> deadLetters() {
        var letters = new ArrayList<String>();
        TopicReader.read(stack.kafka(), topic + ".dead-letters", r -> letters.add(
                new String(r.headers().lastHeader("penstock-step").value()) + ": "
                        + new String(r.headers().lastHeader("penstock-exception").value())));
        return letters;
    }

    @Test
    void instancesJoinAndLeaveUnderLoadWithoutALossOrADuplicate() {
        stack.kafka().createTopic(topic, 4);
        start().awaitReady();
        trades.produce(stack.kafka(), topic, 0, 30_000);
        var second = start().awaitReady();
        trades.produce(stack.kafka(), topic, 30_000, 60_000);
        awaitStored(35_000);
        assertThat(second.terminate()).isZero();
        trades.produce(stack.kafka(), topic, 60_000, 80_000);
        awaitAllCommitted();

        var audit = audit();
        assertThat(audit.isRight()).as(audit.toString()).isTrue();
    }

    @Test
    void terminatedUnderLoadItExitsWithZeroAndLeavesNothingToRepeat() {
        stack.kafka().createTopic(topic, 4);
        trades.produce(stack.kafka(), topic, 0, 60_000);
        var penstock = start();
        awaitStored(10_000);

        assertThat(penstock.terminate()).as(penstock.output()).isZero();
        assertThat(stored()).as("in the middle of the load").isLessThan(53_000);
        start();
        awaitAllCommitted();

        var audit = audit();
        assertThat(audit.isRight()).as(audit.toString()).isTrue();
        assertThat(audit.rewritten()).as("nothing was repeated").isZero();
    }

    @Test
    void whatIsFilteredIsCommittedAndABrokenRecordStopsNothing() throws Exception {
        stack.kafka().createTopic(topic, 1);
        start();
        try (var producer = stack.kafka().producer()) {
            for (int i = 0; i < 2_000; i++) {
                producer.send(new ProducerRecord<>(topic, "{\"returnCode\":0}".getBytes()));
            }
            producer.flush();
            awaitAllCommitted();
            assertThat(stack.elasticsearch().get("/" + topic).status()).as("no index").isEqualTo(404);

            producer.send(new ProducerRecord<>(topic, "not json".getBytes())).get();
            awaitAllCommitted();
            producer.send(trades.record(topic, 0)).get();
            awaitAllCommitted();
        }
        assertThat(stored()).isEqualTo(1);
        assertThat(deadLetters()).hasSize(1);
    }
}
