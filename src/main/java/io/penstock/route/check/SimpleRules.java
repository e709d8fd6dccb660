package io.penstock.route.check;

import io.penstock.convert.Spelling;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.component.bean.BeanComponent;
import org.apache.camel.impl.engine.DefaultClassResolver;
import org.apache.camel.impl.engine.SimpleCamelContext;
import org.apache.camel.jsonpath.JsonPathLanguage;
import org.apache.camel.language.bean.BeanLanguage;
import org.apache.camel.language.simple.SimpleLanguage;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.language.simple.types.SimpleParserException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads expressions of Camel's simple language with Camel's own parser. */
final class SimpleRules {

    private static final Pattern UNKNOWN = Pattern.compile("Unknown function: ([A-Za-z]+)");
    private static final Pattern WORDS = Pattern.compile("\\s(and|or|AND|OR|<>|not)\\s");
    private static final Pattern LIST = Pattern.compile("\\bin\\s+(['\"])(.*?)\\1");
    private static final Pattern BLANK_IN_LIST = Pattern.compile("^\\s+|\\s+$|\\s+(?=,)|(?<=,)\\s+");
    /** For hints only; the parser decides. */
    private static final List<String> FUNCTIONS = List.of("body", "bodyAs", "mandatoryBodyAs", "bodyType", "bodyOneLine", "header",
            "headers", "headerAs", "exchangeProperty", "exchangeId", "exchange", "exception", "date", "variable", "variables",
            "routeId", "fromRouteId", "stepId", "messageAs", "messageTimestamp", "random", "uuid", "properties", "env", "sys",
            "length", "size", "split", "substring", "replace", "trim", "uppercase", "lowercase", "concat", "join", "hash", "iif",
            "null", "empty", "bean", "camelContext", "camelId", "threadId", "threadName", "hostname", "id", "collate",
            "propertiesExist", "isEmpty", "normalizeWhitespace");

    private SimpleRules() {
    }

    /** Reports what the parser does not understand. */
    static void check(Node at, String text, boolean isPredicate, Findings findings) {
        try {
            var simple = language();
            if (isPredicate) {
                simple.createPredicate(text);
                lists(at, text, findings);
            } else {
                simple.createExpression(text);
            }
        } catch (RuntimeException e) {
            // Whatever else it may need a running context for, it has understood.
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SimpleIllegalSyntaxException && !(cause.getCause() instanceof NullPointerException
                        || cause.getCause() instanceof NoSuchBeanException) || cause instanceof SimpleParserException) {
                    report(at, text, cause, findings);
                    return;
                }
            }
        }
    }

    /** Camel compares with the blanks, too: nothing would ever be equal. */
    private static void lists(Node at, String text, Findings findings) {
        LIST.matcher(text).results().forEach(list -> {
            var close = BLANK_IN_LIST.matcher(list.group(2)).replaceAll("");
            if (!close.equals(list.group(2))) {
                findings.errorAt(at, list.group(), "the blanks in '" + list.group(2) + "' count: no value is equal to one with a blank",
                        "write in '" + close + "'");
            }
        });
    }

    /** The language with as much of a context as its parser needs, which asks it for languages, for itself as well, by name. */
    private static SimpleLanguage language() {
        var context = new SimpleCamelContext(false);
        // Camel would look on the class path for what isn't bound. A native executable has none; so everywhere there is none.
        context.setClassResolver(new DefaultClassResolver() {
            @Override
            public InputStream loadResourceAsStream(String uri) {
                return null;
            }
        });
        var simple = new SimpleLanguage();
        simple.setCamelContext(context);
        context.getRegistry().bind("simple-language", simple);
        context.getRegistry().bind("bean-language", new BeanLanguage());
        context.getRegistry().bind("bean-component", new BeanComponent());
        context.getRegistry().bind("jsonpath-language", new JsonPathLanguage());
        return simple;
    }

    private static void report(Node at, String text, Throwable cause, Findings findings) {
        // The rest of the message shows the text again, with a mark under it.
        var message = String.valueOf(cause instanceof SimpleIllegalSyntaxException s ? s.getShortMessage() : cause.getMessage()).lines().findFirst().orElse("").replaceFirst(" at location \\d+$", "");
        int index = cause instanceof SimpleIllegalSyntaxException syntax ? syntax.getIndex() : 0;
        var from = text.substring(Math.clamp(index, 0, text.length()));
        findings.errorAt(at, from.isEmpty() ? text : from, "simple does not understand this: " + message, hint(text, message));
    }

    private static String hint(String text, String message) {
        var unknown = UNKNOWN.matcher(message);
        if (unknown.find()) {
            return Spelling.hint(unknown.group(1), FUNCTIONS);
        }
        if (message.contains("functionEnd but was eol")) {
            return "close ${ with }";
        }
        if (message.contains("symbol whiteSpace") || message.equals("Unexpected token =") && text.contains("==")) {
            return "put a blank before and after each operator";
        }
        if (message.equals("Unexpected token =")) {
            return "write == for equal, with a blank before and after it";
        }
        if (message.startsWith("Binary operator in ")) {
            return "write the values as one text without blanks: in 'A,B'";
        }
        if (message.startsWith("Binary operator ")) {
            return "put text in quotes: == 'A'";
        }
        return WORDS.matcher(text).find() ? "write && for and, || for or, != for not equal" : "";
    }
}
