package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.StreamSupport;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentNamesTest {

    private static SmallRyeConfig config(String variable, Map<String, String> properties) {
        return new SmallRyeConfigBuilder().addDiscoveredInterceptors()
                .withSources(new EnvConfigSource(Map.of(variable, "given"), 300), new PropertiesConfigSource(properties, "file", 100))
                .build();
    }

    private static Iterable<String> camelNames(SmallRyeConfig config) {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false).filter(name -> name.startsWith("camel.")).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "CAMEL_COMPONENT_KAFKA_SASL_JAAS_CONFIG, camel.component.kafka.sasl-jaas-config",
        "CAMEL_COMPONENT_KAFKA_BROKERS, camel.component.kafka.brokers",
        "CAMEL_COMPONENT_KAFKA_ADDITIONAL_PROPERTIES_CLIENT_RACK, camel.component.kafka.additional-properties.client.rack",
        "CAMEL_MAIN_NAME, camel.main.name",
    })
    void aVariableSetsAnOption(String variable, String option) {
        var config = config(variable, Map.of());

        assertThat(camelNames(config)).containsExactly(option);
        assertThat(config.getValue(option, String.class)).isEqualTo("given");
    }

    @Test
    void aVariableWinsOverTheFilesValue() {
        var config = config("CAMEL_COMPONENT_KAFKA_GROUP_ID", Map.of("camel.component.kafka.group-id", "of the file"));

        assertThat(camelNames(config)).containsExactly("camel.component.kafka.group-id");
        assertThat(config.getValue("camel.component.kafka.group-id", String.class)).isEqualTo("given");
    }

    @ParameterizedTest
    @ValueSource(strings = {"camel.component.kafka.configuration.brokers", "camel.component.kafka.additional-properties.client.rack",
        "camel.component.kafka.additional-properties[client.rack]", "camel.component.kafka.clientRack"})
    void whatAFileCallsBySomeOtherNameStays(String name) {
        assertThat(camelNames(config("OTHER", Map.of(name, "a")))).containsExactly(name);
    }
}
