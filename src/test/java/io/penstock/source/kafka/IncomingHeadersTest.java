package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
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

    @Test
    void whatWasSaidOfANameIsSaidOfNoOther() {
        assertThat("dBmel").hasSameHashCodeAs("camel");
        // Twice, and more names than are kept.
        for (int i = 0; i < 1_000; i++) {
            assertThat(headers.applyFilterToExternalHeaders("camel" + i % 500, "x", null)).isTrue();
            assertThat(headers.applyFilterToExternalHeaders("dBmel" + i % 500, "x", null)).isFalse();
        }
    }

    @Test
    void aNameIsJudgedAlikeEachTime() {
        for (int i = 0; i < 3; i++) {
            assertThat(headers.applyFilterToExternalHeaders(new String("camel"), "x", null)).isTrue();
            assertThat(headers.applyFilterToExternalHeaders(new String("tenant"), "x", null)).isFalse();
            assertThat(headers.applyFilterToExternalHeaders("", "x", null)).isFalse();
        }
    }
}
