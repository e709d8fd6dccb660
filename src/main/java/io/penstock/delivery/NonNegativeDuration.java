package io.penstock.delivery;

import java.time.Duration;

import io.quarkus.runtime.configuration.DurationConverter;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** Reads the length of time of a setting for which none at all has a meaning: not to wait. */
public final class NonNegativeDuration implements Converter<Duration> {

    private final DurationConverter any = new DurationConverter();

    /** @throws IllegalArgumentException if it is negative */
    @Override
    public @Nullable Duration convert(String value) {
        var duration = any.convert(value);
        if (duration != null && duration.isNegative()) {
            throw new IllegalArgumentException("(it has to be 0 or longer)");
        }
        return duration;
    }
}
