package io.penstock.route.lean;

import org.apache.camel.spi.Registry;

/** Puts into a registry what the service gets from its beans. */
public final class LeanSteps {

    private LeanSteps() {
    }

    public static void bind(Registry registry) {
        var beans = new LeanBeans();
        registry.bind("bean", beans.beanLanguage());
        registry.bind("jackson-dataformat-factory", beans.json());
    }
}
