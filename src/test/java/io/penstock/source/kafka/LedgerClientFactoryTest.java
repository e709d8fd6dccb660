package io.penstock.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class LedgerClientFactoryTest {

    @Test
    void aSmallHeapFetchesLess() {
        var properties = new Properties();
        properties.put("fetch.max.bytes", "8388608");
        LedgerClientFactory.fitInto(128L << 20, properties);
        assertThat(properties).containsEntry("fetch.max.bytes", 4 << 20)
                .containsEntry("max.partition.fetch.bytes", 1 << 20);
    }

    @Test
    void aSmallShareOfTheHeapTakesABatchAllTheSame() {
        var properties = new Properties();
        LedgerClientFactory.fitInto(1 << 18, properties);
        assertThat(properties).containsEntry("fetch.max.bytes", 16 << 10)
                .containsEntry("max.partition.fetch.bytes", 16 << 10);
    }

    @Test
    void aLargeHeapFetchesAsSet() {
        var properties = new Properties();
        properties.put("fetch.max.bytes", "8388608");
        LedgerClientFactory.fitInto(8L << 30, properties);
        assertThat(properties).containsEntry("fetch.max.bytes", 8 << 20);
    }
}
