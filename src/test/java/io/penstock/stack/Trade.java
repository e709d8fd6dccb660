package io.penstock.stack;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A record and what must come of it.
 *
 * @param number its place among the records of its generator, from 0
 * @param value  null for a tombstone
 */
public record Trade(int number, byte[] key, byte @Nullable [] value, Outcome outcome) {

    public sealed interface Outcome {
    }

    /** Becomes this document, exactly. */
    public record Stored(Map<String, Object> document) implements Outcome {
    }

    /** Leaves no trace. */
    public record Filtered() implements Outcome {
    }

    /** Becomes a dead letter whose reason has this in it somewhere. */
    public record DeadLettered(Pattern reason) implements Outcome {
    }
}
