package io.penstock.source;

/** Completes what waits in open aggregations, so that a start, a drain or a reached bound doesn't wait for their time or size. */
@FunctionalInterface
public interface OpenAggregations {

    /** Completes every open group of every route. Any thread; must not wait for the groups' outcome. */
    void complete();
}
