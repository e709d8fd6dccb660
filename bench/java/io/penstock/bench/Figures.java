package io.penstock.bench;

import java.util.stream.DoubleStream;

/**
 * What one run of one contender has shown, between two marks in the middle of it.
 *
 * @param records              between the marks
 * @param cpuSecondsPerMillion user and system time of its own process, per million records
 * @param peakRssMb            the most memory it had, from its start to its end
 * @param allocatedPerRecord   bytes on the heap; NaN if it is not known
 */
record Figures(String contender, String sink, long records, double recordsPerSecond, double cpuSecondsPerMillion, double peakRssMb,
        double allocatedPerRecord) {

    /** NaN of none. */
    static double median(DoubleStream values) {
        var sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length == 0 ? Double.NaN : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
