package io.penstock.route.test;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a case says must come out. */
sealed interface Expected {

    /**
     * @param json   the document
     * @param exact  whether it must be all of the document; else the document may have more fields
     * @param target where it must go: index, id, action, routing, version, pipeline; what is absent does not matter
     */
    record Document(JsonNode json, boolean exact, Map<String, String> target) implements Expected {
    }

    /**
     * A document that goes.
     *
     * @param target as of a document
     */
    record Deleted(Map<String, String> target) implements Expected {
    }

    /** A record of which nothing comes. */
    record Dropped() implements Expected {
    }

    /** @param reason found in the dead letter's reason; null if it does not matter */
    record Letter(@Nullable Pattern reason, @Nullable String step) implements Expected {
    }
}
