package io.penstock.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StackIT {

    private static Stack stack;

    @BeforeAll
    static void start() {
        stack = Stack.start();
    }

    @AfterAll
    static void end() {
        stack.close();
    }

    @Test
    void kafkaKeepsRecordsAndCommittedOffsetsOverKillAndRestart() throws Exception {
        // Given
        var kafka = stack.kafka();
        var partition = new TopicPartition("kept", 1);
        kafka.createTopic("kept", 2, Map.of("cleanup.policy", "delete"));
        try (var producer = kafka.producer(); var consumer = consumer(kafka)) {
            producer.send(new ProducerRecord<>("kept", 1, bytes("key"), bytes("值"))).get(10, TimeUnit.SECONDS);
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(1)));
        }
        var servers = kafka.bootstrapServers();

        // When
        kafka.kill();
        assertThat(kafka.isAlive()).isFalse();
        kafka.start();

        // Then
        assertThat(kafka.bootstrapServers()).isEqualTo(servers);
        assertThat(kafka.endOffsets("kept")).containsEntry(partition, 1L).containsEntry(new TopicPartition("kept", 0), 0L);
        assertThat(kafka.committedOffsets("readers")).containsExactly(Map.entry(partition, 1L));
        try (var consumer = consumer(kafka)) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, 0);
            var record = consumer.poll(Duration.ofSeconds(10)).iterator().next();
            assertThat(record.value()).isEqualTo(bytes("值"));
        }
    }

    @Test
    void kafkaKnowsNothingOfUnknownTopicsAndGroups() {
        assertThat(stack.kafka().endOffsets("never-made")).isEmpty();
        assertThat(stack.kafka().committedOffsets("nobody")).isEmpty();
    }

    @Test
    void elasticsearchKeepsDocumentsOverKillAndOverStop() {
        // Given
        var elasticsearch = stack.elasticsearch();
        elasticsearch.put("/kept/_doc/a", "{\"text\":\"错误\"}").ok();
        elasticsearch.put("/kept/_doc/a", "{\"text\":\"错误:缺少\"}").ok();

        // When
        elasticsearch.restartAfterKill();
        elasticsearch.put("/kept/_doc/b", "{}").ok();
        elasticsearch.restart();

        // Then
        assertThat(elasticsearch.count("kept")).isEqualTo(2);
        assertThat(elasticsearch.documents("kept")).extracting(ElasticsearchServer.Document::id,
                ElasticsearchServer.Document::version, document -> document.source().path("text").asText())
                .containsExactlyInAnyOrder(tuple("a", 2L, "错误:缺少"),
                        tuple("b", 1L, ""));
    }

    @Test
    void elasticsearchGivesAllDocumentsHoweverMany() {
        // Given
        var elasticsearch = stack.elasticsearch();
        var bulk = new StringBuilder();
        for (int i = 0; i < 12_345; i++) {
            bulk.append("{\"index\":{\"_id\":\"").append(i).append("\"}}\n{\"n\":").append(i).append("}\n");
        }
        elasticsearch.post("/many/_bulk", bulk.toString()).ok();

        // Then
        assertThat(elasticsearch.documents("many")).extracting(ElasticsearchServer.Document::id).doesNotHaveDuplicates()
                .hasSize(12_345);
        assertThat(elasticsearch.documents("none")).isEmpty();
    }

    @Test
    void aFrozenServerAnswersNothingUntilItIsThawed() {
        // Given
        var elasticsearch = stack.elasticsearch();

        // When
        elasticsearch.freeze();

        // Then
        assertThat(elasticsearch.isAlive()).isTrue();
        var answer = CompletableFuture.supplyAsync(() -> elasticsearch.get("/"));
        assertThat(answer).failsWithin(Duration.ofSeconds(2));
        elasticsearch.thaw();
        Awaitility.await().until(elasticsearch::answers);
    }

    @Test
    void aServerThatCannotStartSaysWhyAndWhereItsLogIs() {
        try (var broken = new KafkaBroker(Map.of("num.partitions", "none"))) {
            assertThatThrownBy(broken::start).hasMessageContaining("kafka did not start")
                    .hasMessageContaining("num.partitions").hasMessageContaining(broken.logFile().toString());
        }
    }

    @Test
    void whatIsCommittedAndNeitherStoredNorFilteredNorADeadLetterIsSeen() throws Exception {
        // Given
        var kafka = stack.kafka();
        var partition = new TopicPartition("watched", 0);
        kafka.createTopic("watched", 1);
        kafka.createTopic("watched.dead-letters", 1);
        try (var producer = kafka.producer()) {
            for (int i = 0; i < 5; i++) {
                producer.send(new ProducerRecord<>("watched", 0, bytes("key"), bytes(i == 0 ? "filtered" : "value"))).get();
            }
            var letter = new ProducerRecord<>("watched.dead-letters", bytes("key"), bytes("value"));
            List.of("topic watched", "partition 0", "offset 2").forEach(header -> letter.headers().add(
                    "penstock-" + header.split(" ")[0], bytes(header.split(" ")[1])));
            producer.send(letter).get();
        }
        stack.elasticsearch().put("/watched/_doc/watched-0-1", "{}").ok();

        try (var watcher = watcher(stack.elasticsearch(), "watched")) {
            // When
            commit(kafka, partition, 3);

            // Then
            Awaitility.await().until(() -> watcher.checked() == 2);
            assertThat(watcher.tooEarly()).isEmpty();

            // When
            commit(kafka, partition, 4);

            // Then
            Awaitility.await().until(() -> watcher.checked() == 3);
            assertThat(watcher.tooEarly()).containsExactly("watched-0-3 at 4");
        }
    }

    @Test
    void whoCanNotLookAtWhatIsCommittedHasCheckedNothing() throws Exception {
        // Given
        var kafka = stack.kafka();
        kafka.createTopic("unwatched", 1);
        try (var producer = kafka.producer(); var away = new ElasticsearchServer()) {
            producer.send(new ProducerRecord<>("unwatched", 0, bytes("key"), bytes("value"))).get();
            commit(kafka, new TopicPartition("unwatched", 0), 1);

            // When
            var watcher = watcher(away, "unwatched");
            watcher.close();

            // Then
            assertThat(watcher.tooEarly()).isEmpty();
            assertThat(watcher.checked()).isZero();
        }
    }

    private static CommitWatcher watcher(ElasticsearchServer elasticsearch, String topic) {
        return new CommitWatcher(new Stack(stack.kafka(), elasticsearch), stack.kafka(), topic, topic, topic,
                record -> "filtered".equals(new String(record.value(), StandardCharsets.UTF_8)));
    }

    private static void commit(KafkaBroker kafka, TopicPartition partition, long offset) throws Exception {
        kafka.admin().alterConsumerGroupOffsets(partition.topic(), Map.of(partition, new OffsetAndMetadata(offset))).all().get();
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaBroker kafka) {
        return new KafkaConsumer<>(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG, "readers"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
