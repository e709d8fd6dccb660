package io.penstock.bench;

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
}
