package io.penstock.route.lean;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.language.bean.BeanLanguage;
import org.apache.camel.support.ExpressionAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Camel's bean language, which the simple language asks for the value of <code>${body[a][b]}</code>. Where that is a look-up in
 * maps, it is one; Camel's own way there builds a bean's description and copies the exchange each time.
 */
final class LeanBeanLanguage extends BeanLanguage {

    /** Where Camel puts bean and method among a language's properties. */
    private static final int BEAN = 1;
    private static final int METHOD = 2;
    private static final int MAX_PATHS = 1000;

    private final Map<String, Optional<KeyPath>> paths = new ConcurrentHashMap<>();

    @Override
    public Expression createExpression(@Nullable String expression, Object @Nullable [] properties) {
        if (expression == null && properties != null && properties.length == METHOD + 1 && properties[0] == null
                && properties[BEAN] instanceof Map<?, ?> map && properties[METHOD] instanceof String method) {
            var path = path(method);
            if (path.isPresent()) {
                return new LookUp(map, path.get(), properties);
            }
        }
        return super.createExpression(expression, properties);
    }

    private Optional<KeyPath> path(String ognl) {
        var known = paths.get(ognl);
        if (known == null) {
            known = KeyPath.of(ognl);
            // They are as many as the routes have expressions; what is made at run time must not fill the memory.
            if (paths.size() < MAX_PATHS) {
                paths.put(ognl, known);
            }
        }
        return known;
    }

    /** One evaluation, as Camel makes an expression for each. */
    private final class LookUp extends ExpressionAdapter {

        private final Map<?, ?> map;
        private final KeyPath path;
        private final Object[] properties;

        private LookUp(Map<?, ?> map, KeyPath path, Object[] properties) {
            this.map = map;
            this.path = path;
            this.properties = properties;
        }

        @Override
        public @Nullable Object evaluate(Exchange exchange) {
            try {
                var innermost = path.innermost(map);
                if (innermost != null) {
                    return innermost.get(path.last());
                }
            } catch (RuntimeException e) {
                // A map that doesn't like the key: Camel says so in its own way
            }
            var camels = LeanBeanLanguage.super.createExpression(null, properties);
            camels.init(exchange.getContext());
            return camels.evaluate(exchange, Object.class);
        }
    }
}
