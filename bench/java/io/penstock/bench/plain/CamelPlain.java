package io.penstock.bench.plain;

import org.apache.camel.main.Main;

/** The route is in {@code bench/camel-plain/camel}, where Camel looks for it by itself. */
public final class CamelPlain {

    private CamelPlain() {
    }

    public static void main(String... args) throws Exception {
        new Main(CamelPlain.class).run(args);
    }
}
