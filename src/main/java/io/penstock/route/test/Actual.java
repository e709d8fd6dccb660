package io.penstock.route.test;

import com.fasterxml.jackson.databind.JsonNode;

/** What came out for a record. */
public sealed interface Actual {

    /** The record's {@code topic-partition@offset}. */
    String record();

    record Document(String record, JsonNode json, String index, String id, String action) implements Actual {
    }

    record Dropped(String record) implements Actual {
    }

    record Letter(String record, String step, String reason, String exception) implements Actual {
    }
}
