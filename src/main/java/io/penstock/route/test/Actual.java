package io.penstock.route.test;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** What came out for a record. */
sealed interface Actual {

    /** The record's {@code topic-partition@offset}. */
    String record();

    /** @param target where it went, by the names that an expectation has: index, id, action and what else is set */
    record Document(String record, JsonNode json, Map<String, String> target) implements Actual {
    }

    /** @param target as of a document */
    record Deleted(String record, Map<String, String> target) implements Actual {
    }

    record Dropped(String record) implements Actual {
    }

    record Letter(String record, String step, String reason, String exception) implements Actual {
    }
}
