package io.penstock.delivery;

import java.util.regex.Pattern;

/** Text from outside as it may stand in a line of the log. */
public final class Printable {

    /** No Kafka topic has a longer name. */
    private static final int LONGEST = 249;
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");

    private Printable() {
    }

    /** The text with a blank for its control characters, cut when it is long. */
    public static String of(String text) {
        var shortened = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return CONTROL.matcher(shortened).replaceAll(" ");
    }
}
