package io.penstock.cli;

import java.util.Iterator;
import java.util.Spliterators;
import java.util.regex.Matcher;
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

    private static final Pattern OPTION = Pattern.compile("(camel\\.component\\.[^.]+\\.)(.+)");
    /** What has names of its own below it, those of Kafka, which have dots. */
    private static final Pattern NESTED = Pattern.compile("(configuration|additional[.-]properties)\\.(.+)");

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
        return option.matches() ? option.group(1) + dashed(option.group(2)) : name;
    }

    private static String dashed(String option) {
        Matcher nested = NESTED.matcher(option);
        return nested.matches() ? nested.group(1).replace('.', '-') + "." + nested.group(2) : option.replace('.', '-');
    }
}
