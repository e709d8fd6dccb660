package io.penstock.source.http;

import java.util.List;

/** What became of a request's records. */
sealed interface Reception {

    /** Every record is settled: stored, filtered or kept as a dead letter. */
    record Settled() implements Reception {
    }

    /** Not every record was settled in time; those that were not go on. */
    record Late(List<Arrival> unsettled) implements Reception {
    }

    /** No record was taken in: the in-flight bound is reached. */
    record Full() implements Reception {
    }

    /** No record was taken in: the process is about to stop. */
    record Stopping() implements Reception {
    }

    /** No route reads this topic: none of its records was taken in, or they were taken back, and don't go on. */
    record Unread(String topic) implements Reception {
    }
}
