package io.penstock.faults;

import java.util.Map;

/**
 * One kind of fault.
 *
 * @param name     what it is called on the command line
 * @param what     the fault, for the report
 * @param variants shares of broken records it is run with, one after the other
 * @param weight   how long it takes compared to others: what takes longest begins first
 * @param settings of Penstock, on top of {@link Trial#SETTINGS}
 * @param play     what is done
 */
record Scenario(String name, String what, double[] variants, int weight, Map<String, String> settings, Play play) {

    /** The shares of broken records of most scenarios: none, and one in a hundred. */
    private static final double[] CLEAN_AND_BROKEN = {0, 0.01};

    /** Produces the load and injects the faults. Penstock runs before, and what is still under way is waited for after. */
    @FunctionalInterface
    interface Play {
        void run(Trial trial) throws Exception;
    }

    static Scenario of(String name, String what, Play play) {
        return of(name, what, Map.of(), play);
    }

    static Scenario of(String name, String what, Map<String, String> settings, Play play) {
        return new Scenario(name, what, CLEAN_AND_BROKEN, 1, settings, play);
    }

    /** With the shares of broken records that make sense for it. */
    Scenario broken(double... shares) {
        return new Scenario(name, what, shares, weight, settings, play);
    }

    Scenario heavy(int times) {
        return new Scenario(name, what, variants, times, settings, play);
    }
}
