package io.penstock.route.check;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Options of a Kafka source that would move offsets behind the ledger's back, or change the bytes a dead letter keeps. */
public final class KafkaSourceOptions {

    private static final String LEDGER = "Penstock commits an offset when its record is settled, and nothing else may";
    /** The options, with why. */
    public static final Map<String, Refusal> REFUSED = new TreeMap<>(Map.ofEntries(
            Map.entry("batching", new Refusal("false", "a batch is one exchange, whose records would not be settled one by one",
                    "take it out; aggregate gathers documents")),
            Map.entry("allowManualCommit", new Refusal("false", LEDGER, "take it out")),
            Map.entry("autoCommitEnable", new Refusal("false", "Kafka would commit records that are still in flight",
                    "take it out")),
            Map.entry("offsetRepository", new Refusal("", LEDGER, "take it out")),
            Map.entry("seekTo", new Refusal("", "it skips or repeats records at every start",
                    "take it out; reset the group's offsets with Kafka's own tool instead")),
            Map.entry("breakOnFirstError", new Refusal("false", "it moves the position back by itself; a record that fails is a"
                    + " dead letter here", "take it out")),
            Map.entry("kafkaManualCommitFactory", new Refusal("", LEDGER, "take it out")),
            Map.entry("kafkaClientFactory", new Refusal("", "it would replace the source that keeps track of records",
                    "take it out")),
            Map.entry("pollOnError", new Refusal("RECONNECT", "it would skip records after a failed poll", "take it out")),
            Map.entry("keyDeserializer", new Refusal("", "a dead letter keeps the bytes as they came",
                    "take it out; unmarshal in a step")),
            Map.entry("valueDeserializer", new Refusal("", "a dead letter keeps the bytes as they came",
                    "take it out; unmarshal in a step"))));
    /**
     * Why an option is refused.
     *
     * @param allowed the value it may have all the same; empty if none
     * @param why     what it would do
     * @param hint    what to do instead
     */
    public record Refusal(String allowed, String why, String hint) {

        public boolean refuses(String value) {
            return allowed.isEmpty() || !value.equalsIgnoreCase(allowed);
        }

        public String message(String option) {
            return option + " is refused: " + why;
        }
    }

    private KafkaSourceOptions() {
    }

    /** What is wrong with a pattern of topics; nothing if it is one. */
    public static Optional<String> wrongPattern(String pattern) {
        try {
            Pattern.compile(pattern);
            return Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.of(pattern + " is no pattern of topics: " + e.getDescription());
        }
    }
}
