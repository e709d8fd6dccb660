package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class ConsumerStatesTest {

    private long now = Long.MAX_VALUE - 1;
    private final ConsumerStates states = new ConsumerStates(new SimpleMeterRegistry(), Duration.ofSeconds(10), () -> now);

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    @Test
    void aConsumerThatCannotBeMadeIsAProblemAsLongAsItIsTried() {
        for (int i = 0; i < 60; i++) {
            states.notCreated(new KafkaException("no such host"));
            pass(1);
            assertThat(states.problem()).hasValue("KafkaException: no such host");
        }
        // The route that wanted it was taken out: nobody tries it any more.
        pass(30);
        assertThat(states.problem()).isEmpty();

        states.notCreated(new KafkaException("no such host"));
        assertThat(states.problem()).isPresent();
        states.created();
        assertThat(states.problem()).isEmpty();
    }
}
