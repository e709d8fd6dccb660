package io.penstock.source.fed;

import java.util.Properties;

import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.consumer.Consumer;

/** Hands camel-kafka consumers that are fed; its producers are real ones. */
public final class FedClientFactory extends DefaultKafkaClientFactory {

    private final Feeds feeds;

    public FedClientFactory(Feeds feeds) {
        this.feeds = feeds;
    }

    @Override
    public Consumer<?, ?> getConsumer(Properties properties) {
        return new FedConsumer(feeds);
    }
}
