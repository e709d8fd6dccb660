package io.penstock.bench.simulation;

/**
 * What is scaled, as measured.
 *
 * @param recordsPerSecond          one instance with its processor to itself
 * @param partitionRecordsPerSecond of one partition at most, however many instances there are: the same when one instance polls it; with
 *                                  ordered delivery by HTTP, one request after the other
 * @param requests                  one partition's that are under way at a time; 0 when instances poll
 * @param sinkRecordsPerSecond      what all instances can get rid of together: Elasticsearch, or the machine they share
 * @param startSeconds              from the decision to the first record: pod, process, group
 */
public record Service(double recordsPerSecond, double partitionRecordsPerSecond, int requests, double sinkRecordsPerSecond,
        int startSeconds) {

    /** An instance that polls. */
    public static Service polling(double recordsPerSecond, int startSeconds) {
        return new Service(recordsPerSecond, recordsPerSecond, 0, Double.POSITIVE_INFINITY, startSeconds);
    }

    /** The same with a bound on all together. */
    public Service within(double allRecordsPerSecond) {
        return new Service(recordsPerSecond, partitionRecordsPerSecond, requests, allRecordsPerSecond, startSeconds);
    }
}
