package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import io.penstock.stack.Audit;
import io.penstock.stack.KafkaBroker;
import io.penstock.stack.PenstockProcess;
import io.penstock.stack.Stack;
import io.penstock.stack.TradeRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** A broker that asks who is there, and credentials from environment variables, as from a Kubernetes secret. */
class SaslIT {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required ";
    private static final String PASSWORD = "correct-horse";

    @Test
    void theConsumerAndTheDeadLettersProducerSignInWithWhatTheEnvironmentSays() throws Exception {
        var elasticsearch = Stack.shared().elasticsearch();
        // Tests' own clients come in by the other listener, which asks nobody.
        try (var kafka = new KafkaBroker(Map.of(
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,TAPPED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms", "PLAIN",
                "listener.name.tapped.plain.sasl.jaas.config", LOGIN + "user_penstock=\"" + PASSWORD + "\";"))) {
            kafka.start();
            var topic = "sasl";
            kafka.createTopic(topic, 1);
            try (var producer = kafka.producer()) {
                producer.send(new ProducerRecord<>(topic, "not json".getBytes(StandardCharsets.UTF_8)));
                producer.send(new TradeRecords(1).record(topic, 0)).get();
            }
            try (var tap = kafka.tap(); var penstock = PenstockProcess.against(tap.bootstrapServers(), elasticsearch.url())
                    .topic(topic).index(topic).group(topic).environment("CAMEL_COMPONENT_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
                    .environment("CAMEL_COMPONENT_KAFKA_SASL_MECHANISM", "PLAIN")
                    .environment("CAMEL_COMPONENT_KAFKA_SASL_JAAS_CONFIG", LOGIN + "username=penstock password=\"" + PASSWORD + "\";")
                    .start()) {
                await().atMost(LONG).until(() -> Audit.uncommitted(kafka, topic, topic).isEmpty());

                assertThat(elasticsearch.count(topic)).isOne();
                assertThat(kafka.endOffsets(topic + ".dead-letters").values()).containsExactly(1L);
                assertThat(penstock.output()).doesNotContain(PASSWORD);
            }
        }
    }
}
