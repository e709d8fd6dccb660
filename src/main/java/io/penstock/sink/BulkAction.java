package io.penstock.sink;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a bulk does with a document. */
public enum BulkAction {
    /** Stores it, replacing what is there under the same id. */
    INDEX("index"),
    /** Stores it if nothing is there under the same id; the only one a data stream accepts. */
    CREATE("create"),
    /** Puts its fields into what is there under the same id; stores it if nothing is there. */
    UPDATE("update"),
    /** Removes what is there under its id; it has no source. */
    DELETE("delete");

    private final String word;

    BulkAction(String word) {
        this.word = word;
    }

    /** The action's name in a bulk body. */
    public String word() {
        return word;
    }

    /** Whether it takes an external version; Elasticsearch refuses the whole bulk for one that doesn't. */
    boolean isVersioned() {
        return this == INDEX || this == DELETE;
    }

    /** @throws IllegalArgumentException if there is no such action */
    static BulkAction of(String word) {
        for (var action : values()) {
            if (action.word.equalsIgnoreCase(word.strip())) {
                return action;
            }
        }
        throw new IllegalArgumentException("no such bulk action: '" + word + "'; use "
                + Arrays.stream(values()).map(BulkAction::word).collect(Collectors.joining(", ")));
    }
}
