package io.penstock.sink;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.jspecify.annotations.Nullable;

/** The number of a split's part, whose record's other parts have other numbers: Camel tells only that within the innermost split. */
public final class SplitParts {

    private static final String AROUND = "PenstockPartsAround";

    private SplitParts() {
    }

    /**
     * Notes the number of the part that is split. To be called with each of its parts, on the thread that splits, before Camel gives
     * it a number of its own.
     */
    public static void note(Exchange part) {
        var around = number(part);
        if (around != null) {
            part.setProperty(AROUND, around);
        }
    }

    /** {@code 2} of the third part of a record, {@code 2-0} of its first part; null outside of a split. */
    static @Nullable String number(Exchange exchange) {
        var index = exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX);
        if (index == null) {
            return null;
        }
        var around = exchange.getProperty(AROUND);
        return around == null ? index.toString() : around + "-" + index;
    }

    static boolean isPart(Exchange exchange) {
        return exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX) != null;
    }
}
