package io.penstock.cli;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

@QuarkusMain
public class Penstock {
    public static void main(String... args) {
        Quarkus.run(args);
    }
}
