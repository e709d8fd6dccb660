package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingHeadersTest {

    private final IncomingHeaders headers = new IncomingHeaders();

    @ParameterizedTest
    @ValueSource(strings = {"CamelFileName", "camelhttpuri", "kafka.OVERRIDE_TOPIC", "KAFKA.KEY", "indexName", "indexid",
        "operation", "org.apache.camel.Foo"})
    void aHeaderThatWouldSteerCamelStaysOutside(String name) {
        assertThat(headers.applyFilterToExternalHeaders(name, "x", null)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"traceparent", "tenant", "x-kafka", "content-type"})
    void anyOtherHeaderComesIn(String name) {
        assertThat(headers.applyFilterToExternalHeaders(name, "x", null)).isFalse();
    }
}
