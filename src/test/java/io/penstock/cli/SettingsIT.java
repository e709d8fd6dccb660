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
        "ELASTICSEARCH_HOSTS, htp://x, elasticsearch.hosts (ELASTICSEARCH_HOSTS)",
        "ELASTICSEARCH_HOSTS, http://u:hunter2@x:9200, elasticsearch.hosts (ELASTICSEARCH_HOSTS)",
        "ELASTICSEARCH_PASSWORD, hunter2, elasticsearch.username (ELASTICSEARCH_USERNAME)",
        "ELASTICSEARCH_TLS_CA_CERTIFICATE, /nope.pem, elasticsearch.tls.ca-certificate (ELASTICSEARCH_TLS_CA_CERTIFICATE)",
        "PENSTOCK_BULK_MAX_CONCURRENT, 0, penstock.bulk.max-concurrent (PENSTOCK_BULK_MAX_CONCURRENT)",
        "PENSTOCK_DEAD_LETTERS_URI, kafkaa:x?saslJaasConfig=hunter2, penstock.dead-letters.uri (PENSTOCK_DEAD_LETTERS_URI)",
    })
    void aWrongOneIsNamed(String variable, String value, String setting) {
        try (var penstock = PenstockProcess.against("127.0.0.1:9", "http://127.0.0.1:9").environment(variable, value).start()) {
            assertThat(penstock.awaitEnd(LONG)).as(penstock.output()).isEqualTo(2);
            assertThat(penstock.output()).doesNotContain("hunter2");
            assertThat(penstock.output().lines().filter(line -> !line.contains(" INFO ")).toList()).singleElement().asString()
                    .startsWith("penstock: ").contains(setting);
        }
    }

    @Test
    void replayIsStoppedByAWrongOneAsWell(@TempDir Path folder) {
        var ended = PenstockProcess.run(folder, "replay", "orders.dead-letters", "-Delasticsearch.hosts=htp://x");

        assertThat(ended.err()).startsWith("penstock: elasticsearch.hosts (ELASTICSEARCH_HOSTS): 'htp://x'").hasLineCount(1);
        assertThat(ended.code()).isEqualTo(2);
    }

    /** In CI there is no file of the cluster's. */
    @Test
    void whoeverNeedsNoElasticsearchDoesNotAskHowItIsReached(@TempDir Path folder) {
        var ended = PenstockProcess.run(folder, "test", "-Delasticsearch.tls.ca-certificate=/nope.pem", "-Delasticsearch.username=me");

        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    }
}
