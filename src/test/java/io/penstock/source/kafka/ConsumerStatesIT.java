package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.penstock.stack.Audit;
import io.penstock.stack.KafkaBroker;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import io.penstock.stack.TradeRecords;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/** A Kafka that answers, and brings nothing all the same, or not all of it. */
class ConsumerStatesIT {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private static PenstockProcess start(String bootstrapServers, String topic) {
        return PenstockProcess.against(bootstrapServers, Stack.shared().elasticsearch().url()).topic(topic).index(topic).group(topic).start();
    }

    @Test
    void aTopicThatIsMissingIsNamedUntilItIsMade() {
        try (var kafka = new KafkaBroker(Map.of("auto.create.topics.enable", "false"))) {
            kafka.start();
            try (var penstock = start(kafka.bootstrapServers(), "later")) {
                await().atMost(A_MINUTE).until(() -> penstock.output().contains("Kafka can't be read: there is no topic later."));
                assertThat(penstock.get("/q/health/ready").body()).contains("there is no topic later");

                kafka.createTopic("later", 1);
                penstock.awaitReady();
            }
        }
    }

    @Test
    void aMemberWithoutPartitionsIsReady() {
        var kafka = Stack.shared().kafka();
        kafka.createTopic("spare", 1);
        try (var first = start(kafka.bootstrapServers(), "spare").awaitReady();
                var second = start(kafka.bootstrapServers(), "spare").awaitReady()) {
            await().atMost(A_MINUTE).until(() -> first.output().contains("Assigned [") && second.output().contains("Assigned ["));
            // Longer than a topic may take to be made
            await().during(Duration.ofSeconds(15)).atMost(A_MINUTE).until(() -> first.isReady() && second.isReady());
        }
    }

    @Test
    void addressesThatBrokersAdvertiseAndNobodyCanReachAreTold() {
        try (var penstock = start(Stack.shared().kafka().deadEnd(), "dead-end")) {
            await().atMost(A_MINUTE).until(() -> penstock.output().contains("can the addresses that brokers advertise be reached?"));
            assertThat(penstock.isReady()).isFalse();
        }
    }

    @Test
    void theLagGrowsWhileNothingIsFetched() {
        var kafka = Stack.shared().kafka();
        kafka.createTopic("behind", 1);
        var trades = new TradeRecords(1, 0, 0);
        trades.produce(kafka, "behind", 0, 1_000);
        try (var penstock = PenstockProcess.against(kafka.bootstrapServers(), "http://127.0.0.1:9").topic("behind").group("behind")
                .environment("PENSTOCK_IN_FLIGHT_RECORDS", "100").start()) {
            await().atMost(A_MINUTE).ignoreExceptions().until(() -> penstock.metric("penstock_records_in_flight") >= 100
                    && penstock.metric("penstock_consumer_lag", "topic", "behind") > 0);
            trades.produce(kafka, "behind", 1_000, 5_000);

            await().atMost(A_MINUTE).untilAsserted(() -> assertThat(penstock.metric("penstock_consumer_lag", "topic", "behind"))
                    .isEqualTo(5_000 - penstock.metric("penstock_records_polled_total", "topic", "behind")));
        }
    }

    @Test
    void recordsThatAreGoneBeforeTheyWereReadAreTold() throws Exception {
        var kafka = Stack.shared().kafka();
        var partition = new TopicPartition("fleeting", 0);
        kafka.createTopic("fleeting", 1);
        var trades = new TradeRecords(1, 0, 0);
        trades.produce(kafka, "fleeting", 0, 100);
        try (var penstock = start(kafka.bootstrapServers(), "fleeting")) {
            await().atMost(A_MINUTE).until(() -> Audit.uncommitted(kafka, "fleeting", "fleeting").isEmpty());
            assertThat(penstock.terminate()).isZero();
            assertThat(penstock.output()).as("a new group").doesNotContain("WARN");
        }
        trades.produce(kafka, "fleeting", 100, 600);
        kafka.admin().deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(550))).all().get();
        try (var penstock = start(kafka.bootstrapServers(), "fleeting")) {
            await().atMost(A_MINUTE).until(() -> Audit.uncommitted(kafka, "fleeting", "fleeting").isEmpty());
            assertThat(penstock.output()).containsPattern("WARN .*Offsets 100 to 549 of fleeting-0 ").contains("goes on at 550.");
            assertThat(penstock.metric("penstock_records_missed_total", "topic", "fleeting")).isEqualTo(450);
            assertThat(penstock.metric("penstock_records_polled_total", "topic", "fleeting")).isEqualTo(50);
            assertThat(penstock.terminate()).isZero();
        }
        kafka.admin().alterConsumerGroupOffsets("fleeting", Map.of(partition, new OffsetAndMetadata(5_000))).all().get();
        try (var penstock = start(kafka.bootstrapServers(), "fleeting")) {
            await().atMost(A_MINUTE).until(() -> Audit.uncommitted(kafka, "fleeting", "fleeting").isEmpty());
            assertThat(penstock.output()).containsPattern("WARN .*fleeting-0 ends before offset 5000").contains("goes on at 550.");
        }
    }

    @Test
    void aRightThatWasTakenAwayIsToldOnce() throws Exception {
        try (var kafka = new KafkaBroker(Map.of("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found", "true"))) {
            kafka.start();
            kafka.createTopic("refused", 1);
            new TradeRecords(1, 0, 0).produce(kafka, "refused", 0, 1);
            // What is committed already is committed again after sixty intervals
            try (var penstock = PenstockProcess.against(kafka.bootstrapServers(), Stack.shared().elasticsearch().url()).topic("refused")
                    .index("refused").group("refused").environment("PENSTOCK_KAFKA_COMMIT_INTERVAL", "100ms").start()) {
                await().atMost(A_MINUTE).until(() -> Audit.uncommitted(kafka, "refused", "refused").isEmpty());
                kafka.admin().createAcls(List.of(new AclBinding(new ResourcePattern(ResourceType.TOPIC, "refused", PatternType.LITERAL),
                        new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.READ, AclPermissionType.DENY)))).all().get();

                await().atMost(A_MINUTE).until(() -> penstock.output().contains("Offsets of [refused-0] were not committed"));
                await().during(Duration.ofSeconds(5)).atMost(A_MINUTE).untilAsserted(() -> assertThat(penstock.output().lines()
                        .filter(line -> line.contains("they are sent again"))).hasSize(1));
            }
        }
    }
}
