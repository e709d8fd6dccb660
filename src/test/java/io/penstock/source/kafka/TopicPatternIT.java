package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicPatternIT {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final Stack stack = Stack.shared();
    private final String topic = "pattern-" + UUID.randomUUID().toString().substring(0, 8);

    /** Another, which says so, does. */
    @Test
    void aPatternReadsNoDeadLettersOfWhatItMatches(@TempDir Path routes) throws Exception {
        Files.writeString(routes.resolve("both.camel.yaml"), """
                - route:
                    from:
                      uri: kafka:TOPIC.*?topicIsPattern=true&metadataMaxAgeMs=500&groupId=TOPIC-all
                      steps:
                        - unmarshal: { json: {} }
                - route:
                    from:
                      uri: kafka:TOPIC.*\\.dead-letters?topicIsPattern=true&metadataMaxAgeMs=500&groupId=TOPIC-letters
                      steps:
                        - setBody: { constant: '{"n":1}' }
                        - aggregate:
                            aggregationStrategy: "#bulk"
                            correlationExpression: { constant: all }
                            completionSize: 1000
                            completionTimeout: 200
                            steps:
                              - to: elasticsearch:es?operation=Bulk&indexName=TOPIC
                """.replace("TOPIC", topic));
        stack.kafka().createTopic(topic, 1);
        try (var producer = stack.kafka().producer()) {
            producer.send(new ProducerRecord<>(topic, "no json".getBytes(StandardCharsets.UTF_8))).get(10, TimeUnit.SECONDS);
        }

        try (var penstock = PenstockProcess.against(stack).routes(routes).start()) {
            await().atMost(A_MINUTE).untilAsserted(() -> assertThat(stack.elasticsearch().documents(topic)).singleElement()
                    .satisfies(document -> assertThat(document.id()).startsWith(topic + ".dead-letters-")));
            // The first route's consumer has heard of the topic as well, and some time later
            await().during(Duration.ofSeconds(5)).atMost(A_MINUTE)
                    .until(() -> !penstock.output().contains(".dead-letters.dead-letters"));
            assertThat(stack.kafka().partitions(topic + ".dead-letters.dead-letters")).isZero();
        }
    }
}
