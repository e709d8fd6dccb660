package io.penstock.cli;

import java.util.Map;

import picocli.CommandLine.Option;

/** Settings on the command line: they become system properties, which win over environment variables. */
final class Settings {

    @Option(names = "--routes", paramLabel = "DIR",
            description = "Folder of route files (*.camel.yaml); default: PENSTOCK_ROUTES, else the routes in the executable.")
    void routes(String folder) {
        System.setProperty("penstock.routes", folder);
    }

    @Option(names = "-D", paramLabel = "NAME=VALUE",
            description = "Any setting by its property name, for example -Dpenstock.topic=orders.")
    void set(Map<String, String> settings) {
        settings.forEach(System::setProperty);
    }
}
