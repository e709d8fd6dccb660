package io.penstock.source.fed;

import java.util.Properties;

import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.consumer.Consumer;

/** Hands camel-kafka consumers that are fed; its producers are real ones. */
public final class FedClientFactory extends DefaultKafkaClientFactory {

    private final Feeds feeds;
    private final GroupCommit groupCommit;

    public FedClientFactory(Feeds feeds, GroupCommit groupCommit) {
        this.feeds = feeds;
        this.groupCommit = groupCommit;
    }

    @Override
    public Consumer<?, ?> getConsumer(Properties properties) {
        return new FedConsumer(feeds, groupCommit);
    }
}
