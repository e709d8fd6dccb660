package io.penstock.cli;

import java.util.Iterator;
import java.util.Spliterators;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;

/**
 * Lets an environment variable set any option of a Camel component: its name doesn't tell a dash from a dot, and Camel, which lists
 * the names, would be told of {@code camel.component.kafka.sasl.jaas.config}.
 */
public final class EnvironmentNames implements ConfigSourceInterceptor {

    /** As a variable's name is spelled; below {@code additional-properties} come Kafka's own names, which have dots. */
    private static final Pattern OPTION = Pattern.compile("(camel\\.component\\.[^.]+\\.)(additional\\.properties\\.)?"
            + "(?!configuration\\.)([a-z0-9.]+)");

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        return context.proceed(name);
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(context.iterateNames(), 0), false)
                .map(EnvironmentNames::named).iterator();
    }

    private static String named(String name) {
        var option = OPTION.matcher(name);
        if (!option.matches()) {
            return name;
        }
        var rest = option.group(3);
        return option.group(1) + (option.group(2) == null ? rest.replace('.', '-') : "additional-properties." + rest);
    }
}
