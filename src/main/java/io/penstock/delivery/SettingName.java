package io.penstock.delivery;

import java.util.Locale;

/** How messages call a setting. */
public final class SettingName {

    private SettingName() {
    }

    /** The property with its environment variable, since the user may have set either. */
    public static String named(String property) {
        return property + " (" + variable(property) + ")";
    }

    /** The environment variable of a property. */
    public static String variable(String property) {
        return property.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
