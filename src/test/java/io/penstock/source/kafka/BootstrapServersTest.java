package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootstrapServersTest {

    @ParameterizedTest
    @ValueSource(strings = {"broker:9092", "broker-1:9092, broker-2:65535", "[::1]:9092"})
    void addressesAreTaken(String servers) {
        assertThatCode(() -> BootstrapServers.validate(servers)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"broker", "broker:99999", "[::1]:65536", "http://broker:9092", "broker:9092,,broker:9093", ""})
    void whatIsNoAddressIsRefusedByName(String servers) {
        assertThatThrownBy(() -> BootstrapServers.validate(servers)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("kafka.bootstrap.servers (KAFKA_BOOTSTRAP_SERVERS): '");
    }
}
