package io.penstock.route.lean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** The simple language says the same with the lean bean language as with Camel's, be it a value or a failure. */
class LeanBeanLanguageTest {

    private static final List<String> EXPRESSIONS = List.of("${body[code]}", "${body[code]} != 0", "${body[code]} == 0", "${body[code]} > 5",
            "${body[order][id]}", "${body[order][missing]}", "${body[missing][id]}", "${body[list][id]}", "${body[list][0]}",
            "${body['code']}", "${body[code].length}", "${body.code}", "${body?.code}", "${body[last]}", "${body[a-b]}", "${body[ code ]}",
            "${body[code]} != null", "${body[missing]} == null", "${body[text]} == 'x'", "${body[text]} contains 'x'", "${body[${header.h}]}",
            "${header.h[id]}", "${body[order][id]} <= 7 && ${body[code]}", "${body[order][deep][er]}");

    @Test
    void theSimpleLanguageSaysWhatItSaysWithoutIt() throws Exception {
        try (var camels = new DefaultCamelContext(); var lean = new DefaultCamelContext()) {
            lean.getRegistry().bind("bean", new LeanBeanLanguage());
            camels.start();
            lean.start();
            assertThat(lean.resolveLanguage("bean")).isInstanceOf(LeanBeanLanguage.class);
            for (var body : bodies()) {
                for (var expression : EXPRESSIONS) {
                    assertThat(said(lean, expression, body)).as("%s of %s", expression, body).isEqualTo(said(camels, expression, body));
                }
            }
        }
    }

    private static List<Object> bodies() {
        var bodies = new ArrayList<>(List.<Object>of("text", 5, List.of(Map.of("code", 1)), Map.of(), new HashMap<>(Map.of(1, 2)), new TreeMap<>(Map.of(1, 2))));
        for (var code : new Object[] { 0, 1, -1, 101103, 0L, 5.5, "0", "x", "", true, null, List.of(1), Map.of("a", 1) }) {
            var body = new LinkedHashMap<String, Object>();
            body.put("code", code);
            body.put("text", "x");
            body.put("a-b", 7);
            body.put("list", List.of(1, 2));
            body.put("order", code == null ? null : Map.of("id", code, "deep", Map.of("er", code)));
            bodies.add(body);
        }
        return bodies;
    }

    private static String said(CamelContext context, String expression, Object body) {
        var exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeader("h", "code");
        try {
            var simple = context.resolveLanguage("simple");
            if (expression.contains(" ")) {
                var predicate = simple.createPredicate(expression);
                predicate.init(context);
                return "matches " + predicate.matches(exchange);
            }
            var value = simple.createExpression(expression);
            value.init(context);
            return "is " + value.evaluate(exchange, Object.class);
        } catch (RuntimeException e) {
            // The exchange, which Camel names by its number, is another one.
            return e.getClass() + ": " + String.valueOf(e.getMessage()).replaceAll("Exchange\\[[^]]*]", "Exchange");
        }
    }
}
