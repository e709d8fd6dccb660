package io.penstock.sink;

import static io.penstock.sink.DeadLetterFixtures.REASON;
import static io.penstock.sink.DeadLetterFixtures.delivery;
import static io.penstock.sink.DeadLetterFixtures.record;
import static io.penstock.sink.DeadLetterFixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.delivery.Delivery;
import io.penstock.sink.DeadLetterFixtures.Config;
import io.penstock.stack.ElasticsearchServer;
import io.penstock.stack.KafkaBroker;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

class CamelDeadLettersIT {

    private static final KafkaBroker KAFKA = new KafkaBroker();
    private static final int HEADERS = 9;
    /** What a producer with default settings can send, which is what a broker with default settings takes. */
    private static final int LARGEST = 1_048_489;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final AtomicInteger settled = new AtomicInteger();
    private @Nullable CamelDeadLetters letters;

    @BeforeAll
    static void start() {
        KAFKA.start();
    }

    @AfterAll
    static void end() {
        KAFKA.close();
    }

    @AfterEach
    void close() {
        if (letters != null) {
            letters.close();
        }
        context.stop();
    }

    @Test
    void aRecordKeepsItsBytesAndItsHeadersInATopicMadeOnTheWay() {
        // Given
        open(KAFKA);
        byte[] raw = {(byte) 0xff, 0, 1, (byte) 0xc3};
        var headers = new RecordHeaders().add("h", utf8("1")).add("other", raw).add("h", null).add("CamelFileName", utf8("x"))
                .add("h", utf8("3"));

        // When
        fail(delivery(record("exact", 0, raw, raw, headers), settled));
        fail(delivery(record("exact", 1, null, null, new RecordHeaders()), settled));
        fail(delivery(record("exact", 2, new byte[0], new byte[0], new RecordHeaders()), settled));

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAtomic(settled, is(3));
        var kept = read(KAFKA, "exact.dead-letters", 3);
        assertThat(kept.get(0).key()).isEqualTo(raw);
        assertThat(kept.get(0).value()).isEqualTo(raw);
        assertThat(texts(kept.get(0)).subList(0, 5)).containsExactly("h=1", "other=\ufffd\u0000\u0001\ufffd", "h=null",
                "CamelFileName=x", "h=3");
        assertThat(kept.get(0).headers().lastHeader("other").value()).isEqualTo(raw);
        assertThat(texts(kept.get(0)).subList(5, 5 + HEADERS)).contains("penstock-route=trade-errors",
                "penstock-step=convert1", "penstock-topic=exact", "penstock-partition=0", "penstock-offset=0",
                "penstock-timestamp=1595944295000", "penstock-attempts=1");
        assertThat(kept.get(1).key()).isNull();
        assertThat(kept.get(1).value()).isNull();
        assertThat(kept.get(1).headers()).hasSize(HEADERS);
        assertThat(kept.get(2).key()).isEmpty();
        assertThat(kept.get(2).value()).isEmpty();
    }

    @Test
    void aRecordOfTheLargestSizeFits() throws Exception {
        // Given a record just as large as the broker takes it, and one as large as a compressing producer can make it
        open(KAFKA);
        byte[] largest = "{\"n\":1}".repeat(200_000).substring(0, LARGEST).getBytes(StandardCharsets.UTF_8);
        try (var producer = KAFKA.producer()) {
            producer.send(new ProducerRecord<>("large", largest)).get(10, TimeUnit.SECONDS);
        }
        byte[] compressible = new byte[20 * 1024 * 1024];

        // When
        fail(delivery(record("large", 0, null, largest, new RecordHeaders()), settled));
        fail(delivery(record("large", 1, null, compressible, new RecordHeaders()), settled));

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAtomic(settled, is(2));
        assertThat(read(KAFKA, "large.dead-letters", 2)).extracting(ConsumerRecord::value)
                .containsExactlyInAnyOrder(largest, compressible);
    }

    @Test
    void aReasonIsCutWhenTheRecordLeavesNoRoomForIt() {
        open(KAFKA);
        byte[] noise = noise(1_047_500);
        var why = new String(noise(1_500), StandardCharsets.ISO_8859_1);

        send(delivery(record("tight", 0, null, noise, new RecordHeaders()), settled),
                new DeadLetterReason("s", why, "e", 1));

        await().atMost(Duration.ofSeconds(30)).untilAtomic(settled, is(1));
        var kept = read(KAFKA, "tight.dead-letters", 1).getFirst();
        assertThat(kept.value()).isEqualTo(noise);
        assertThat(new String(kept.headers().lastHeader("penstock-reason").value(), StandardCharsets.UTF_8)).hasSize(200)
                .startsWith(why.substring(0, 199));
    }

    @Test
    void aDeadLetterThatIsTooLargeIsHeldWithoutHoldingUpOthersUntilTheTopicTakesIt() throws Exception {
        // Given a record that compression can't shrink, and a topic that does not take it even bare
        open(KAFKA);
        KAFKA.createTopic("huge.dead-letters", 1, Map.of("max.message.bytes", "500000"));
        byte[] noise = noise(LARGEST);
        try (var producer = KAFKA.producer()) {
            producer.send(new ProducerRecord<>("huge", noise)).get(10, TimeUnit.SECONDS);
        }

        // When
        var huge = delivery(record("huge", 0, null, noise, new RecordHeaders()), settled);
        fail(huge);
        fail(delivery(record("huge", 1), settled));

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAtomic(settled, is(1));
        assertThat(huge.isSettled()).isFalse();
        assertThat(letters.problem()).isEmpty();
        assertThat(letters.waiting()).isEqualTo(1);

        // When
        KAFKA.admin().incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, "huge.dead-letters"),
                List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", "2000000"), AlterConfigOp.OpType.SET))))
                .all().get(10, TimeUnit.SECONDS);

        // Then
        await().atMost(Duration.ofSeconds(30)).untilAtomic(settled, is(2));
        assertThat(read(KAFKA, "huge.dead-letters", 2)).extracting(ConsumerRecord::value).contains(noise);
    }

    @Test
    void deadLettersWaitForABrokerThatWasKilledAndThenArrive() {
        // Given
        KafkaConfiguration settings = open(KAFKA);
        settings.setRequestTimeoutMs(1_000);
        settings.setDeliveryTimeoutMs(2_000);
        settings.setMaxBlockMs(2_000);
        for (int i = 0; i < 50; i++) {
            fail(delivery(record("waits", i), settled));
        }
        await().atMost(Duration.ofSeconds(30)).untilAtomic(settled, is(50));

        // When
        KAFKA.kill();
        for (int i = 50; i < 250; i++) {
            fail(delivery(record("waits", i), settled));
            fail(delivery(record("waits-too", i), settled));
        }

        // Then
        await().atMost(Duration.ofSeconds(30)).until(() -> letters.problem().isPresent());
        assertThat(settled).hasValue(50);
        assertThat(letters.waiting()).isEqualTo(400);

        // When
        KAFKA.start();

        // Then
        await().atMost(Duration.ofSeconds(60)).untilAtomic(settled, is(450));
        assertThat(letters.problem()).isEmpty();
        assertThat(read(KAFKA, "waits.dead-letters", 250)).extracting(r -> new String(r.key(), StandardCharsets.UTF_8))
                .contains("k0", "k49", "k50", "k249");
        assertThat(read(KAFKA, "waits-too.dead-letters", 200)).isNotEmpty();
    }

    @Test
    void aTopicTheBrokerDoesNotMakeIsWaitedForWithoutHoldingUpAnotherTopic() {
        try (var strict = new KafkaBroker(Map.of("auto.create.topics.enable", "false"))) {
            // Given
            strict.start();
            strict.createTopic("there.dead-letters", 1);
            open(strict).setMaxBlockMs(1_000);

            // When
            var missing = delivery(record("missing", 1), settled);
            fail(missing);
            fail(delivery(record("there", 1), settled));

            // Then
            await().atMost(Duration.ofSeconds(30)).untilAtomic(settled, is(1));
            await().until(() -> letters.problem().isPresent());
            assertThat(letters.problem().orElseThrow()).contains("kafka:missing.dead-letters").doesNotContain("there");
            assertThat(missing.isSettled()).isFalse();

            // When
            strict.createTopic("missing.dead-letters", 1);

            // Then
            await().atMost(Duration.ofSeconds(30)).untilAtomic(settled, is(2));
            letters.close();
        }
    }

    @Test
    void anIndexHoldsADeadLetterOnceHoweverOftenItIsSent() {
        try (var elasticsearch = new ElasticsearchServer()) {
            // Given
            elasticsearch.start();
            context.start();
            letters = new CamelDeadLetters(context, Config.to("elasticsearch:es?operation=Index&indexName={topic}-dead"
                    + "&hostAddresses=" + elasticsearch.host()), new SimpleMeterRegistry());

            // When
            fail(delivery(record("trade", 1), settled));
            fail(delivery(record("trade", 1), settled));
            fail(delivery(record("trade", 2), settled));

            // Then
            await().atMost(Duration.ofSeconds(30)).untilAtomic(settled, is(3));
            assertThat(elasticsearch.documents("trade-dead")).extracting(ElasticsearchServer.Document::id)
                    .containsExactlyInAnyOrder("trade-0-1", "trade-0-2");
            assertThat(elasticsearch.documents("trade-dead").getFirst().source().get("reason").asText())
                    .isEqualTo(REASON.message());
        }
    }

    private KafkaConfiguration open(KafkaBroker broker) {
        KafkaConfiguration settings = context.getComponent("kafka", KafkaComponent.class).getConfiguration();
        settings.setBrokers(broker.bootstrapServers());
        context.start();
        letters = new CamelDeadLetters(context, Config.to("kafka:{topic}.dead-letters"), new SimpleMeterRegistry());
        return settings;
    }

    private void fail(Delivery delivery) {
        send(delivery, REASON);
    }

    private void send(Delivery delivery, DeadLetterReason reason) {
        letters.send(delivery, reason);
        delivery.release();
    }

    private static byte[] noise(int bytes) {
        var noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    private static List<String> texts(ConsumerRecord<?, ?> record) {
        return StreamSupport.stream(record.headers().spliterator(), false).map(CamelDeadLettersIT::text).toList();
    }

    private static String text(Header header) {
        return header.key() + '=' + (header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8));
    }

    /** At least {@code count} records of the topic's only partition. */
    private static List<ConsumerRecord<byte[], byte[]>> read(KafkaBroker broker, String topic, int count) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = new KafkaConsumer<>(Map.<String, Object>of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = List.of(new TopicPartition(topic, 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                consumer.poll(Duration.ofMillis(500)).forEach(records::add);
                return records.size() >= count;
            });
        }
        return records;
    }
}
