package io.penstock.convert;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * A record that can't be converted. The message names the field, the rule and the kind of value found, never the value, so
 * it may be logged. A value for the dead letter rather than a fault of the program: it carries no stack trace.
 */
@RegisterForReflection
public final class ConversionException extends RuntimeException {

    ConversionException(String message) {
        super(message, null, false, false);
    }

    static ConversionException unconvertible(String field, String rule, String wanted, String found) {
        return new ConversionException("field " + field + ": " + rule + " wants " + wanted + ", found " + found);
    }
}
