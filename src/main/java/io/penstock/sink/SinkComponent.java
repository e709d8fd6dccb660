package io.penstock.sink;

import java.util.Map;

import org.apache.camel.Endpoint;
import org.apache.camel.component.es.ElasticsearchComponent;
import org.apache.camel.component.es.ElasticsearchEndpoint;
import org.apache.camel.component.es.ElasticsearchOperation;
import org.apache.camel.spi.annotations.Component;
import org.elasticsearch.client.RestClient;

/**
 * Camel's {@code elasticsearch:} with its options and operations, over the one client; only its bulk is ours. Where
 * Elasticsearch is and who signs in are settings ({@link ElasticsearchConfig}), not options of an endpoint.
 */
@Component("elasticsearch") // by this name Camel finds its setters of the options
public class SinkComponent extends ElasticsearchComponent {

    private final DocumentSink sink;

    public SinkComponent(RestClient client, DocumentSink sink) {
        this.sink = sink;
        setClient(client);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        var camels = (ElasticsearchEndpoint) super.createEndpoint(uri, remaining, parameters);
        var configuration = camels.getConfiguration();
        if (configuration.getHostAddresses() != null || configuration.getUser() != null
                || configuration.getPassword() != null || configuration.getCertificatePath() != null) {
            throw new IllegalArgumentException("elasticsearch:" + remaining + " names an address, a user or a certificate: take"
                    + " them out of the endpoint and set elasticsearch.hosts, elasticsearch.username,"
                    + " elasticsearch.password, elasticsearch.tls.ca-certificate");
        }
        if (configuration.getOperation() == ElasticsearchOperation.Bulk && configuration.getWaitForActiveShards() < 0) {
            throw new IllegalArgumentException("elasticsearch:" + remaining + ": waitForActiveShards is "
                    + configuration.getWaitForActiveShards() + ": set it to 0 or more");
        }
        // Disconnecting after each call would close everybody's client.
        configuration.setDisconnect(false);
        var endpoint = new SinkEndpoint(uri, this, configuration, getClient(), sink);
        endpoint.setCamelContext(getCamelContext());
        endpoint.setLazyStartProducer(camels.isLazyStartProducer());
        return endpoint;
    }
}
