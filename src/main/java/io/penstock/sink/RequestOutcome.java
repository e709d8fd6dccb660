package io.penstock.sink;

/** What a bulk without an answer about its items means; {@link OutcomeTable} decides. */
sealed interface RequestOutcome {

    /** Too much or something bad in it: the halves are sent; if it is a single item, that can never be stored. */
    record Halve(String type, String reason) implements RequestOutcome {
    }

    /** All of it is sent again later. Elasticsearch is only busy. */
    record Busy() implements RequestOutcome {
    }

    /** All of it is sent again later. Elasticsearch can't be worked with until the problem has gone. */
    record Down(Problem problem) implements RequestOutcome {
    }
}
