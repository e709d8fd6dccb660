package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class DeadLettersConfigTest {

    @Test
    void aTopicsDeadLettersGoToATopicOfItsOwnByDefault() {
        var config = new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(DeadLettersConfig.class).build()
                .getConfigMapping(DeadLettersConfig.class);

        assertThat(config.uri()).isEqualTo("kafka:{topic}.dead-letters");
        assertThat(config.retry().initial()).isEqualTo(Duration.ofMillis(200));
        assertThat(config.retry().max()).isEqualTo(Duration.ofSeconds(10));
    }
}
