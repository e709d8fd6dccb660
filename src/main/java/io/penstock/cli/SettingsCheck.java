package io.penstock.cli;

import io.penstock.route.check.DeadLettersUri;
import io.penstock.sink.BulkConfig;
import io.penstock.sink.BulkSettings;
import io.penstock.sink.DeadLettersConfig;
import io.penstock.sink.ElasticsearchConfig;
import io.penstock.sink.RestClients;
import io.penstock.source.kafka.BootstrapServers;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Checks what would else be found wrong only beside the start, or in a route file, which is not at fault. */
@Singleton
final class SettingsCheck {

    @Inject
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;
    @Inject
    ElasticsearchConfig elasticsearch;
    @Inject
    BulkConfig bulk;
    @Inject
    DeadLettersConfig deadLetters;

    /**
     * Connects to nothing.
     *
     * @throws IllegalArgumentException if a setting is wrong; the message is one line and names it
     */
    void run() {
        BootstrapServers.validate(bootstrapServers);
        RestClients.validate(elasticsearch);
        BulkSettings.of(bulk);
        DeadLettersUri.validate(deadLetters.uri());
    }
}
