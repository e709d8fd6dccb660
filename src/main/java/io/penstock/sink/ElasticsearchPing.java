package io.penstock.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.apache.http.client.config.RequestConfig;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RequestOptions;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;

/** Asks Elasticsearch for a sign of life, for when no bulk shows one. Thread-safe. */
public final class ElasticsearchPing {

    private final RestClient client;
    private final RequestOptions options;

    /** @param timeout for connecting and for the answer */
    public ElasticsearchPing(RestClient client, Duration timeout) {
        this.client = client;
        int millis = Math.toIntExact(timeout.toMillis());
        this.options = RequestOptions.DEFAULT.toBuilder().setRequestConfig(RequestConfig.custom()
                .setConnectTimeout(millis).setSocketTimeout(millis).setConnectionRequestTimeout(millis).build()).build();
    }

    /**
     * Sends {@code GET /}. Any answer but 401 is a sign of life; 403 as well, since a user may well be allowed to index and
     * not to see the cluster's version.
     *
     * @return what is wrong, in one line with the setting to look at; empty if nothing is. Never completes exceptionally; is
     *         completed on a thread of the client, which must not be blocked.
     */
    public CompletionStage<Optional<String>> ping() {
        var result = new CompletableFuture<Optional<String>>();
        var request = new Request("GET", "/");
        request.setOptions(options);
        try {
            client.performRequestAsync(request, new ResponseListener() {
                @Override
                public void onSuccess(Response response) {
                    result.complete(Optional.empty());
                }

                @Override
                public void onFailure(Exception failure) {
                    result.complete(problem(failure));
                }
            });
        } catch (RuntimeException e) {
            result.complete(problem(e));
        }
        return result;
    }

    private static Optional<String> problem(Exception failure) {
        if (failure instanceof ResponseException answered) {
            int status = answered.getResponse().getStatusLine().getStatusCode();
            return status == 401 ? Optional.of(OutcomeTable.refused(status, "").toString()) : Optional.empty();
        }
        return Optional.of(OutcomeTable.unreachable(failure).toString());
    }
}
