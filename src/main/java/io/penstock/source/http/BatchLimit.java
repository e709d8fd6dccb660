package io.penstock.source.http;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.penstock.delivery.InFlightConfig;

/**
 * How many records a request may hold: those of a body of legal size may be many, each of which takes more in memory than
 * there.
 */
record BatchLimit(long records) {

    /** As many as a trigger of a function platform sends, which would send them again for ever. */
    private static final long LEAST = 10_000;
    /** What no record is below in a body, in bytes. */
    private static final int SMALLEST = 32;

    /** More than the limit. The message goes back to the sender, for whom sending it again would not help. */
    static final class ExceededException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ExceededException(long records) {
            super("A request may hold " + records + " records: as many as penstock.in-flight.records, and never less than " + LEAST + ".");
        }
    }

    static BatchLimit of(InFlightConfig bound) {
        return new BatchLimit(Math.max(LEAST, bound.records()));
    }

    /**
     * Counts before anything is made of the body.
     *
     * @param depth in how many objects and arrays each object lies that is a record
     * @throws ExceededException if there are more
     * @throws IOException       if it is no JSON; of a small body this is not looked at
     */
    void check(JsonMapper json, byte[] body, int depth) throws IOException {
        if (body.length / SMALLEST <= records) {
            return;
        }
        long found = 0;
        int open = 0;
        try (var parser = json.createParser(body)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT && open == depth && ++found > records) {
                    throw new ExceededException(records);
                }
                open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
        }
    }
}
