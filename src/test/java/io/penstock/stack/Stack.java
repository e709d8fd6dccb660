package io.penstock.stack;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One broker and one Elasticsearch. A test that shares them uses topics, groups and indices of its own and leaves them
 * running.
 */
public record Stack(KafkaBroker kafka, ElasticsearchServer elasticsearch) implements AutoCloseable {

    private static final class Shared {
        static final Stack INSTANCE = start();
    }

    /** The pair of this JVM, started by the first caller, ended with the JVM. Any thread. */
    public static Stack shared() {
        return Shared.INSTANCE;
    }

    /** A pair of one's own; both start at the same time. */
    public static Stack start(String... elasticsearchJvmOptions) {
        var kafka = new KafkaBroker();
        var elasticsearch = new ElasticsearchServer(Map.of(), elasticsearchJvmOptions);
        var started = CompletableFuture.runAsync(elasticsearch::start, runnable -> Thread.ofPlatform().start(runnable));
        kafka.start();
        try {
            started.join();
        } catch (CompletionException e) {
            throw Optional.ofNullable(e.getCause()).filter(IllegalStateException.class::isInstance)
                    .map(IllegalStateException.class::cast).orElseGet(() -> new IllegalStateException(e));
        }
        return new Stack(kafka, elasticsearch);
    }

    @Override
    public void close() {
        kafka.close();
        elasticsearch.close();
    }
}
