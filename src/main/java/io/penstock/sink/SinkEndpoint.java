package io.penstock.sink;

import org.apache.camel.AsyncProducer;
import org.apache.camel.Producer;
import org.apache.camel.component.es.ElasticsearchConfiguration;
import org.apache.camel.component.es.ElasticsearchEndpoint;
import org.apache.camel.component.es.ElasticsearchOperation;
import org.elasticsearch.client.RestClient;

/** Camel's endpoint with a bulk of its own. */
final class SinkEndpoint extends ElasticsearchEndpoint {

    private final DocumentSink sink;

    SinkEndpoint(String uri, SinkComponent component, ElasticsearchConfiguration configuration, RestClient client,
            DocumentSink sink) {
        super(uri, component, configuration, client);
        this.sink = sink;
    }

    @Override
    public Producer createProducer() {
        var configuration = getConfiguration();
        var bulk = new BulkProducer(this, sink,
                new BulkTarget(configuration.getIndexName(), configuration.getWaitForActiveShards()));
        return configuration.getOperation() == ElasticsearchOperation.Bulk ? bulk
                : new OperationProducer(this, (AsyncProducer) super.createProducer(), bulk);
    }
}
