package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;

import io.penstock.stack.KafkaBroker;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import org.junit.jupiter.api.Test;

/** A Kafka that answers, and brings nothing all the same. */
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
}
