package io.penstock.sink;

/** What the answer about one item of a bulk means; {@link OutcomeTable} decides. */
sealed interface ItemOutcome {

    /** It is stored. */
    record Stored() implements ItemOutcome {
    }

    /** It was stored before, or something newer is there; or what was to be deleted is not there. */
    record Duplicate() implements ItemOutcome {
    }

    /** Elasticsearch can't take it now. */
    record Retry(int status, String type) implements ItemOutcome {
    }

    /** Elasticsearch won't take it until somebody changes something: retried, and told. */
    record Refused(Problem problem) implements ItemOutcome {
    }

    /** It can never be stored. */
    record Never(String type, String reason) implements ItemOutcome {
    }
}
