package io.penstock.route.lean;

import io.quarkus.arc.Unremovable;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.apache.camel.spi.DataFormatFactory;
import org.apache.camel.spi.Language;

/** Puts the lean steps where Camel looks before it makes its own: the registry, by the names its resolvers ask for. */
final class LeanBeans {

    @Produces
    @Singleton
    @Unremovable
    @Named("bean")
    Language beanLanguage() {
        return new LeanBeanLanguage();
    }

    @Produces
    @Singleton
    @Unremovable
    @Named("jackson-dataformat-factory")
    DataFormatFactory json() {
        return LeanJson::new;
    }
}
