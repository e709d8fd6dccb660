package io.penstock.route.check;

import static io.penstock.delivery.SettingName.named;

import io.penstock.convert.Spelling;

/** Checks {@code penstock.dead-letters.uri} before anything starts; its endpoint is opened when there is a dead letter. */
public final class DeadLettersUri {

    private static final String SETTING = "penstock.dead-letters.uri";

    private DeadLettersUri() {
    }

    /** @throws IllegalArgumentException if it names no component of this executable; the message is one line and shows no option */
    public static void validate(String uri) {
        if (uri.startsWith("kafka:") || uri.startsWith("{{")) {
            // The usual one, without a look at what there is; and what Camel replaces first
            return;
        }
        String address = uri.replaceFirst("\\?.*", "");
        if (address.indexOf(':') < 1) {
            throw new IllegalArgumentException(named(SETTING) + " names no component: write it as kafka:{topic}.dead-letters");
        }
        String scheme = address.substring(0, address.indexOf(':'));
        var components = new ImageCatalog().components();
        if (!components.contains(scheme)) {
            throw new IllegalArgumentException(named(SETTING) + ": there is no component " + scheme + " in this executable; "
                    + Spelling.hint(scheme, components));
        }
    }
}
