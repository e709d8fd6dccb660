package io.penstock.delivery;

import java.util.Locale;

/** How messages call a setting. */
public final class SettingName {

    private SettingName() {
    }

    /** The property with its environment variable, since the user may have set either. */
    public static String named(String property) {
        return property + " (" + property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + ")";
    }
}
