package io.penstock.source.kafka;

import static io.penstock.delivery.SettingName.named;

import java.util.regex.Pattern;

/** Checks {@code kafka.bootstrap.servers} before anything starts; whether the brokers are there is found out later. */
public final class BootstrapServers {

    private static final Pattern HOST_PORT = Pattern.compile("(?:[^\\s:/,]+|\\[[0-9a-fA-F:.]+]):(\\d{1,5})");
    private static final int LAST_PORT = 65535;

    private BootstrapServers() {
    }

    /** @throws IllegalArgumentException if it is not a list of {@code host:port} */
    public static void validate(String servers) {
        for (String server : servers.split(",")) {
            var address = HOST_PORT.matcher(server.strip());
            if (!address.matches() || Integer.parseInt(address.group(1)) > LAST_PORT) {
                throw new IllegalArgumentException(named("kafka.bootstrap.servers") + ": '" + server.strip()
                        + "' is not host:port, as in broker-1:9092,broker-2:9092");
            }
        }
    }
}
