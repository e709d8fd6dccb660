package io.penstock.convert;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows a count of seconds, milliseconds or microseconds since 1970 as text. Safe for all threads. */
final class Epoch {

    /** What the number counts. */
    enum Unit {
        SECONDS(1), MILLIS(1_000), MICROS(1_000_000);

        private final long perSecond;

        Unit(long perSecond) {
            this.perSecond = perSecond;
        }
    }

    private record Shown(long number, String text) {
    }

    // One day inside the years 1 and 9999, so that no zone leads out of them and into a text of another shape.
    private static final long FIRST_SECOND = Instant.parse("0001-01-02T00:00:00Z").getEpochSecond();
    private static final long LAST_SECOND = Instant.parse("9999-12-30T23:59:59Z").getEpochSecond();

    private final String rule;
    private final Unit unit;
    private final DateTimeFormatter formatter;
    private final Optional<ClockText> digits;
    private final ZoneId zone;
    // A race only costs a second formatting: the record's final fields are seen whole by every thread.
    private @Nullable Shown last;

    /**
     * @param digits shows the same as the formatter, if that is digits alone
     * @throws java.time.DateTimeException if the formatter can't show a point in time
     */
    Epoch(String unitName, Unit unit, DateTimeFormatter formatter, Optional<ClockText> digits, ZoneId zone) {
        this.rule = "epoch " + unitName;
        this.unit = unit;
        this.formatter = formatter;
        this.digits = digits;
        this.zone = zone;
        formatter.format(Instant.EPOCH.atZone(zone));
    }

    String format(String field, Object value) {
        long number = Numbers.whole(field, rule, "a whole number", value);
        var shown = last;
        if (shown == null || shown.number != number) {
            long second = Math.floorDiv(number, unit.perSecond);
            if (second < FIRST_SECOND || second > LAST_SECOND) {
                throw ConversionException.unconvertible(field, rule, "a time in the years 1 to 9999", Kind.OUT_OF_RANGE);
            }
            shown = new Shown(number, show(number));
            last = shown;
        }
        return shown.text;
    }

    private String show(long number) {
        long nanos = Math.floorMod(number, unit.perSecond) * (1_000_000_000 / unit.perSecond);
        var time = Instant.ofEpochSecond(Math.floorDiv(number, unit.perSecond), nanos);
        return digits.isPresent() ? digits.get().show(time) : formatter.format(time.atZone(zone));
    }
}
