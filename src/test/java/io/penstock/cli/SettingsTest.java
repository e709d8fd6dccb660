package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.route.RoutesConfig;
import io.penstock.source.http.PushConfig;
import io.penstock.source.kafka.KafkaSourceConfig;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static SmallRyeConfig with(String setting, String value) {
        return new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(RoutesConfig.class).withMapping(PushConfig.class)
                .withMapping(KafkaSourceConfig.class).withDefaultValue(setting, value).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s", "PT0S"})
    void zeroIsTakenWhereItMeansNotToWait(String zero) {
        assertThat(with("penstock.push.linger", zero).getConfigMapping(PushConfig.class).linger()).isEqualTo(Duration.ZERO);
        assertThat(with("penstock.push.route-timeout", zero).getConfigMapping(PushConfig.class).routeTimeout()).isEqualTo(Duration.ZERO);
        assertThat(with("penstock.kafka.drain-timeout", zero).getConfigMapping(KafkaSourceConfig.class).drainTimeout())
                .isEqualTo(Duration.ZERO);
        assertThat(with("penstock.shutdown-timeout", zero).getConfigMapping(RoutesConfig.class).shutdownTimeout())
                .isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource({"penstock.push.linger,-1ms", "penstock.push.route-timeout,-1", "penstock.kafka.drain-timeout,PT-1S",
        "penstock.shutdown-timeout,-1s", "penstock.summary-interval,0", "penstock.push.request-timeout,0"})
    void whatIsTooShortIsNotTaken(String setting, String value) {
        assertThatThrownBy(() -> with(setting, value)).hasMessageContaining(setting);
    }
}
