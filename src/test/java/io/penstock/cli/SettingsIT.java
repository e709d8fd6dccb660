package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.penstock.stack.PenstockProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a setting is read from; and a wrong one stops the start with a line about it. */
class SettingsIT {

    private static final Duration LONG = Duration.ofMinutes(1);

    /** Each place has a value that can't be read, and the one that counts is named. */
    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile(@TempDir Path folder) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve("config")).resolve("application.properties"),
                "penstock.kafka.commit-interval=of-the-file\n");
        var builder = PenstockProcess.against("127.0.0.1:9", "http://127.0.0.1:9").folder(folder);
        assertThat(complaint(builder)).contains("\"of-the-file\"");

        builder.environment("PENSTOCK_KAFKA_COMMIT_INTERVAL", "of-the-environment");
        assertThat(complaint(builder)).contains("\"of-the-environment\"");

        builder.arguments("-Dpenstock.kafka.commit-interval=of-the-command-line");
        assertThat(complaint(builder)).contains("\"of-the-command-line\"");
    }

    private static String complaint(PenstockProcess.Builder builder) {
        try (var penstock = builder.start()) {
            assertThat(penstock.awaitEnd(LONG)).as(penstock.output()).isEqualTo(2);
            return penstock.output();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PENSTOCK_KAFKA_COMMIT_INTERVAL, soon, penstock.kafka.commit-interval",
        "PENSTOCK_KAFKA_COMMIT_INTERVAL, 0, penstock.kafka.commit-interval",
        "PENSTOCK_SUMMARY_INTERVAL, 0s, penstock.summary-interval",
        "ELASTICSEARCH_SOCKET_TIMEOUT, -1, elasticsearch.socket-timeout",
        "PENSTOCK_SOURCE, both, penstock.source",
        "CAMEL_COMPONENT_KAFKA_SESSION_TIMEOUT_MS, soon, camel.component.kafka.session-timeout-ms",
        "CAMEL_COMPONENT_KAFKA_MAX_POLL_RECORDS, many, camel.component.kafka.max-poll-records",
        "CAMEL_COMPONENT_KAFKA_SSL_KEY_PASWORD, hunter2, camel.component.kafka.ssl-key-pasword",
        "KAFKA_BOOTSTRAP_SERVERS, broker, kafka.bootstrap.servers",
    })
    void aWrongOneIsNamed(String variable, String value, String setting) {
        expectNamed(variable, value, setting);
    }

    private static void expectNamed(String variable, String value, String setting) {
        try (var penstock = PenstockProcess.against("127.0.0.1:9", "http://127.0.0.1:9").environment(variable, value).start()) {
            assertThat(penstock.awaitEnd(LONG)).as(penstock.output()).isEqualTo(2);
            assertThat(penstock.output()).doesNotContain("hunter2");
            assertThat(penstock.output().lines().filter(line -> !line.contains(" INFO ")).toList()).singleElement().asString()
                    .startsWith("penstock: ").contains(setting);
        }
    }
}
