package io.penstock.sink;

import java.io.IOException;
import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;

import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.CamelContext;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.elasticsearch.client.RestClient;

/** Wires the sink. */
@Singleton
public class SinkBeans {

    private static final Duration PING_TIMEOUT = Duration.ofSeconds(2);

    @Produces
    @Singleton
    @Unremovable
    RestClient client(@ConfigProperty(name = "penstock.source", defaultValue = "pull") String source, ElasticsearchConfig config,
            BulkConfig bulk) {
        return isTest(source) ? RestClients.unused() : RestClients.build(config, BulkSettings.of(bulk).maxConcurrent());
    }

    void close(@Disposes RestClient client) throws IOException {
        client.close();
    }

    @Produces
    @Singleton
    @Unremovable
    ElasticsearchState state() {
        return new ElasticsearchState();
    }

    @Produces
    @Singleton
    @Unremovable
    ElasticsearchPing ping(RestClient client) {
        return new ElasticsearchPing(client, PING_TIMEOUT);
    }

    @Produces
    @Singleton
    @Typed(CamelDeadLetters.class)
    CamelDeadLetters camelDeadLetters(CamelContext context, DeadLettersConfig config, MeterRegistry registry) {
        return new CamelDeadLetters(context, config, registry);
    }

    void close(@Disposes CamelDeadLetters deadLetters) {
        deadLetters.close();
    }

    @Produces
    @Singleton
    @Typed(Recorder.class)
    Recorder recorder(BulkConfig config) {
        return new Recorder(BulkSettings.of(config));
    }

    @Produces
    @Singleton
    DeadLetters deadLetters(@ConfigProperty(name = "penstock.source", defaultValue = "pull") String source,
            Instance<CamelDeadLetters> camels, Instance<Recorder> recorder) {
        return isTest(source) ? recorder.get() : camels.get();
    }

    @Produces
    @Singleton
    @Unremovable
    DocumentSink sink(@ConfigProperty(name = "penstock.source", defaultValue = "pull") String source, RestClient client,
            ElasticsearchConfig elasticsearch, BulkConfig config, DeadLetters deadLetters, ElasticsearchState state,
            MeterRegistry registry, Instance<Recorder> recorder) {
        return isTest(source) ? recorder.get()
                : new BulkSink(client, elasticsearch.socketTimeout(), BulkSettings.of(config), deadLetters, state, registry);
    }

    private static boolean isTest(String source) {
        return source.equalsIgnoreCase("test");
    }

    void close(@Disposes DocumentSink sink) {
        sink.close();
    }

    /** The aggregation strategy that routes call {@code #bulk}. */
    @Produces
    @Singleton
    @Unremovable
    @Named("bulk")
    BulkStrategy strategy(DocumentSink sink) {
        return new BulkStrategy(sink);
    }

    /** Camel looks a component up in the registry by its scheme before it makes one of its own. */
    @Produces
    @Singleton
    @Unremovable
    @Named("elasticsearch")
    SinkComponent component(RestClient client, DocumentSink sink) {
        return new SinkComponent(client, sink);
    }
}
