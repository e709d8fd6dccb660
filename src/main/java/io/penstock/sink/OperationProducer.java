package io.penstock.sink;

import co.elastic.clients.elasticsearch._types.query_dsl.Query;
import co.elastic.clients.elasticsearch.core.IndexRequest;
import co.elastic.clients.elasticsearch.core.UpdateRequest;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.es.ElasticsearchConstants;
import org.apache.camel.component.es.ElasticsearchOperation;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Camel's own producer, for every operation but Bulk, which a header may ask for as well. Camel's is started and never
 * stopped: stopping it closes the client, and the client is everybody's.
 */
// What Camel has Elasticsearch's client read from JSON: the client finds how in a field of each.
@RegisterForReflection(targets = {Query.class, IndexRequest.class, UpdateRequest.class}, methods = false, ignoreNested = true)
final class OperationProducer extends DefaultAsyncProducer {

    private final AsyncProducer camels;
    private final BulkProducer bulk;

    OperationProducer(Endpoint endpoint, AsyncProducer camels, BulkProducer bulk) {
        super(endpoint);
        this.camels = camels;
        this.bulk = bulk;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(camels, bulk);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        var asked = exchange.getMessage().getHeader(ElasticsearchConstants.PARAM_OPERATION, String.class);
        var producer = ElasticsearchOperation.Bulk.name().equalsIgnoreCase(asked) ? bulk : camels;
        return producer.process(exchange, callback);
    }
}
