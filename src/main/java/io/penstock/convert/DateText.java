package io.penstock.convert;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalQueries;
import java.util.Locale;

/** Reads a date or time of one shape and shows it in another. Safe for all threads. */
final class DateText {

    /** The name of the shape of ISO 8601, with or without an offset. */
    static final String ISO = "iso";
    private static final ZonedDateTime SAMPLE = ZonedDateTime.parse("2004-11-23T16:07:08.009Z");

    private final String shape;
    private final DateTimeFormatter reads;
    private final DateTimeFormatter shows;
    private final ZoneId zone;

    /**
     * @param shows can show a point in time
     * @param zone  of text that names none, and of what is shown
     * @throws IllegalArgumentException if the shape is none of a point in time
     * @throws DateTimeException        if the shape can't show one
     */
    DateText(String shape, DateTimeFormatter shows, ZoneId zone) {
        this.shape = shape;
        this.shows = shows;
        this.zone = zone;
        this.reads = shape.equals(ISO) ? DateTimeFormatter.ISO_DATE_TIME.withResolverStyle(ResolverStyle.STRICT)
                : new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(shape)
                        // So that yyyy is a year; strict, so that 31 February is no date.
                        .parseDefaulting(ChronoField.ERA, 1).toFormatter(Locale.ENGLISH)
                        .withResolverStyle(ResolverStyle.STRICT);
        var sample = reads.parse(reads.format(SAMPLE));
        if (sample.query(TemporalQueries.localDate()) == null) {
            throw new IllegalArgumentException("it needs a year, a month and a day");
        }
        if (sample.query(TemporalQueries.localTime()) == null && sample.isSupported(ChronoField.MINUTE_OF_HOUR)) {
            throw new IllegalArgumentException("it needs the hour of the day: HH, or hh with a");
        }
    }

    /** @throws ConversionException if the value is no text of that shape */
    String convert(String field, Object value) {
        if (!(value instanceof String text)) {
            throw ConversionException.unconvertible(field, "date", "text", Kind.of(value));
        }
        try {
            var time = switch (reads.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from)) {
                case ZonedDateTime zoned -> zoned;
                case LocalDateTime local -> local.atZone(zone);
                case LocalDate day -> day.atTime(LocalTime.MIDNIGHT).atZone(zone);
                default -> throw new DateTimeException("none of them");
            };
            var shown = time.withZoneSameInstant(zone);
            if (shown.getYear() < 1 || shown.getYear() > 9999) {
                throw ConversionException.unconvertible(field, "date", "a time in the years 1 to 9999", Kind.OUT_OF_RANGE);
            }
            return shows.format(shown);
        } catch (DateTimeException _) {
            throw ConversionException.unconvertible(field, "date", "a time of the shape " + shape, "text of another shape");
        }
    }
}
