package io.penstock.route.stand;

import java.util.Set;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.es.ElasticsearchEndpoint;
import org.apache.camel.component.es.ElasticsearchOperation;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultInterceptSendToEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * Keeps routes from sending anything out of the process, and from taking anything in but what is fed: what they send elsewhere than to
 * the bulk ends here, and a folder that one of them reads keeps its files.
 */
final class StandIns implements EndpointStrategy {

    /** They stay inside the process, or only say something. */
    private static final Set<String> INSIDE = Set.of("direct", "log", "bean", "class", "language", "dataformat",
            "validator", "mock", "stub");

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        int colon = uri.indexOf(':');
        boolean inside = INSIDE.contains(colon < 0 ? uri : uri.substring(0, colon))
                || endpoint instanceof ElasticsearchEndpoint elasticsearch
                        && elasticsearch.getConfiguration().getOperation() == ElasticsearchOperation.Bulk;
        return inside ? endpoint : new StandIn(endpoint);
    }

    private static final class StandIn extends DefaultInterceptSendToEndpoint {

        private StandIn(Endpoint real) {
            super(real, true);
        }

        @Override
        public Consumer createConsumer(Processor processor) throws Exception {
            // Kafka's is the one that is fed.
            return getOriginalEndpoint() instanceof KafkaEndpoint ? super.createConsumer(processor)
                    : new DefaultConsumer(getOriginalEndpoint(), processor);
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(getOriginalEndpoint()) {
                @Override
                public void process(Exchange exchange) {
                    // sent nowhere
                }
            };
        }

        @Override
        public AsyncProducer createAsyncProducer() {
            return AsyncProcessorConverterHelper.convert(createProducer());
        }
    }
}
