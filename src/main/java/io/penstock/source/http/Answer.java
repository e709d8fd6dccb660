package io.penstock.source.http;

import java.util.Map;

import io.vertx.core.http.HttpServerResponse;

/**
 * What is sent back for a request.
 *
 * @param headers may be empty
 * @param body    may be empty
 */
record Answer(int status, Map<String, String> headers, String body) {

    /** May be called from any thread; who has gone is told nothing. */
    void send(HttpServerResponse response) {
        if (!response.closed()) {
            headers.forEach(response::putHeader);
            response.setStatusCode(status).end(body);
        }
    }
}
