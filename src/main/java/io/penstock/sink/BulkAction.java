package io.penstock.sink;

/** What a bulk does with a document. */
public enum BulkAction {
    /** Stores it, replacing what is there under the same id. */
    INDEX("index"),
    /** Stores it if nothing is there under the same id; the only one a data stream accepts. */
    CREATE("create");

    private final String word;

    BulkAction(String word) {
        this.word = word;
    }

    /** The action's name in a bulk body. */
    public String word() {
        return word;
    }

    /** @throws IllegalArgumentException if there is no such action */
    static BulkAction of(String word) {
        for (var action : values()) {
            if (action.word.equalsIgnoreCase(word.strip())) {
                return action;
            }
        }
        throw new IllegalArgumentException("no such bulk action: '" + word + "'; use index or create");
    }
}
