package io.penstock.route.test;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a case says must come out. */
sealed interface Expected {

    /**
     * @param json   the document
     * @param exact  whether it must be all of the document; else the document may have more fields
     * @param index  where it must go; null if it does not matter, like the rest
     */
    record Document(JsonNode json, boolean exact, @Nullable String index, @Nullable String id, @Nullable String action)
            implements Expected {
    }

    /** A record of which nothing comes. */
    record Dropped() implements Expected {
    }

    /** @param reason found in the dead letter's reason; null if it does not matter */
    record Letter(@Nullable Pattern reason, @Nullable String step) implements Expected {
    }
}
