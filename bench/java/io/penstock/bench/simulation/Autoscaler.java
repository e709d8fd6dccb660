package io.penstock.bench.simulation;

/** Decides how many instances there are to be. Asked once a second of simulated time, in order; has a memory, so is good for one run. */
public interface Autoscaler {

    /**
     * What an autoscaler is told.
     *
     * @param second      since the start
     * @param replicas    instances asked for last
     * @param ready       of these, those that work
     * @param lag         records that are not stored
     * @param concurrency requests that are waited for, at the instances and before them; 0 when instances poll
     */
    record Observed(int second, int replicas, int ready, long lag, int partitions, double concurrency) {
    }

    /** How many instances it wants now. */
    int replicas(Observed observed);

    /** Always the same number. */
    static Autoscaler fixed(int replicas) {
        return _ -> replicas;
    }
}
