package io.penstock.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much a JVM allocates, from its log of collections, which costs it nothing. */
final class Allocation {

    /** {@code [1595944295123ms] GC(12) Pause Young (Allocation Failure) 66M->10M(247M) 3.456ms}. */
    private static final Pattern COLLECTION = Pattern.compile("\\[(\\d+)ms] GC.* (\\d+)M->(\\d+)M\\(.*");
    private static final double MB = 1 << 20;

    private Allocation() {
    }

    /** The option by which a JVM writes the log. */
    static String option(Path log) {
        return "-Xlog:gc:file=" + log + ":tm";
    }

    /** Bytes a millisecond between two times of the system's clock, in ms; NaN if there were not two collections between them. */
    static double perMilli(Path log, long fromMillis, long toMillis) throws IOException {
        double allocated = 0;
        long first = 0;
        long last = 0;
        long left = 0;
        for (var line : Files.readAllLines(log)) {
            var collection = COLLECTION.matcher(line);
            if (!collection.matches()) {
                continue;
            }
            long at = Long.parseLong(collection.group(1));
            if (at < fromMillis || at > toMillis) {
                continue;
            }
            if (first == 0) {
                first = at;
            } else {
                allocated += Math.max(0, Long.parseLong(collection.group(2)) - left) * MB;
            }
            left = Long.parseLong(collection.group(3));
            last = at;
        }
        return last > first ? allocated / (last - first) : Double.NaN;
    }

    /** How many collections of the whole heap there were. */
    static long fullCollections(Path log) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("Pause Full")).count();
        }
    }

    /** What the last collection of the whole heap left. */
    static double lastLiveMb(Path log) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("Pause Full")).map(COLLECTION::matcher).filter(Matcher::matches)
                    .mapToDouble(collection -> Double.parseDouble(collection.group(3))).reduce((_, last) -> last).orElse(Double.NaN);
        }
    }
}
