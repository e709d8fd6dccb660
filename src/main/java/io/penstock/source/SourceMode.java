package io.penstock.source;

/** What is behind {@code from: kafka:TOPIC}; setting {@code penstock.source}. */
public enum SourceMode {
    /** A member of a consumer group polls Kafka. */
    PULL,
    /** Records come by HTTP. */
    PUSH,
    /** A route test gives the records. */
    TEST
}
