package io.penstock.delivery;

import java.time.Duration;

import io.quarkus.runtime.configuration.DurationConverter;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** Reads a setting's length of time. Of none at all, a loop never waits, and a client waits for ever. */
public final class PositiveDuration implements Converter<Duration> {

    private final DurationConverter any = new DurationConverter();

    /** @throws IllegalArgumentException if it is shorter than a millisecond, which is what waits are counted in */
    @Override
    public @Nullable Duration convert(String value) {
        var duration = any.convert(value);
        if (duration != null && duration.toMillis() < 1) {
            throw new IllegalArgumentException("(it has to be 1ms or longer)");
        }
        return duration;
    }
}
