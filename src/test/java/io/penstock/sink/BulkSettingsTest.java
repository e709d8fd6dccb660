package io.penstock.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BulkSettingsTest {

    private static BulkSettings with(String setting, String value) {
        return BulkSettings.of(new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(BulkConfig.class)
                .withDefaultValue(setting, value).build().getConfigMapping(BulkConfig.class));
    }

    @ParameterizedTest
    @CsvSource({
        "penstock.bulk.max-concurrent, 0, penstock.bulk.max-concurrent (PENSTOCK_BULK_MAX_CONCURRENT) is 0: set it to 1 or more",
        "penstock.bulk.max-bytes, 0, penstock.bulk.max-bytes (PENSTOCK_BULK_MAX_BYTES) is 0: set it between 1 and 1G",
        "penstock.bulk.max-bytes, 2G, penstock.bulk.max-bytes (PENSTOCK_BULK_MAX_BYTES) is 2147483648: set it between 1 and 1G",
        "penstock.bulk.retry.max-backoff, 1ms, penstock.bulk.retry.max-backoff (PENSTOCK_BULK_RETRY_MAX_BACKOFF) is PT0.001S: set it to"
                + " at least penstock.bulk.retry.initial-backoff",
    })
    void whatMakesNoSenseIsRefusedByName(String setting, String value, String message) {
        assertThatThrownBy(() -> with(setting, value)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message);
    }

    @Test
    void whatMakesSenseIsTaken() {
        assertThat(with("penstock.bulk.max-bytes", "1G").maxBytes()).isEqualTo(1 << 30);
    }
}
