package io.penstock.push;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Executors;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Posts events to one address. Any thread. */
final class Sender implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final HttpClient http;
    private final String url;

    Sender(String url, HttpClient.Version version) {
        this.url = url;
        this.http = HttpClient.newBuilder().version(version).connectTimeout(Duration.ofSeconds(10))
                .executor(Executors.newVirtualThreadPerTaskExecutor()).build();
    }

    Sender(String url) {
        this(url, HttpClient.Version.HTTP_1_1);
    }

    /**
     * The record as a Knative KafkaSource sends it: one POST in binary content mode, with the attributes that
     * eventing-kafka-broker gives to a record that is no CloudEvent.
     */
    HttpRequest kafkaSource(ConsumerRecord<byte[], byte[]> record) {
        var request = request("/").header("ce-specversion", "1.0")
                .header("ce-id", "partition:" + record.partition() + "/offset:" + record.offset())
                .header("ce-source", "/apis/v1/namespaces/ns/kafkasources/source#" + record.topic())
                .header("ce-type", "dev.knative.kafka.event")
                .header("ce-subject", "partition:" + record.partition() + "#" + record.offset());
        if (record.timestamp() >= 0) {
            request.header("ce-time", Instant.ofEpochMilli(record.timestamp()).toString());
        }
        if (record.key() != null) {
            var key = new String(record.key(), StandardCharsets.UTF_8);
            request.header("ce-key", key).header("ce-partitionkey", key);
        }
        for (Header header : record.headers()) {
            request.header("ce-kafkaheader" + header.key().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""),
                    new String(header.value(), StandardCharsets.UTF_8));
        }
        return request.POST(record.value() == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(record.value()))
                .build();
    }

    HttpRequest post(String path, String contentType, String body) {
        return request(path).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)).build();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT);
    }

    /** @throws UncheckedIOException when there is no answer */
    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
