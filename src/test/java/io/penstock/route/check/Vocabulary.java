package io.penstock.route.check;

import java.util.LinkedHashMap;
import java.util.Map;

/** A route for each thing that docs/routes.md says a route can use; each stores the document {"ok":true} for a record. */
public final class Vocabulary {

    private static final String END = """
            - setBody: { constant: '{"ok":true}' }
            - aggregate:
                aggregationStrategy: "#bulk"
                correlationExpression: { constant: all }
                completionSize: 1000
                completionTimeout: 60000
                steps:
                  - to: elasticsearch:es?operation=Bulk&indexName=i
            """;

    private Vocabulary() {
    }

    /** By the name in the docs. The routes read the topic {@code t}, whose record is {@code {"a":1,"items":[1,2],"s":"x,y"}}. */
    public static Map<String, String> routes() {
        var routes = new LinkedHashMap<String, String>();
        components(routes);
        languages(routes);
        steps(routes);
        return routes;
    }

    private static void components(Map<String, String> routes) {
        step(routes, "kafka", "- to: kafka:other");
        step(routes, "elasticsearch", "- to: elasticsearch:es?operation=Index&indexName=j");
        routes.put("direct", through("direct:in"));
        step(routes, "timer", "- log: x", from("timer:tick?period=1000", "- to: log:tick\n"));
        step(routes, "file", "- to: file:target/vocabulary?fileName=x", from("file:target/vocabulary-in", "- to: log:file\n"));
        step(routes, "http", "- to: http://localhost:1/x?httpMethod=POST");
        step(routes, "https", "- to: https://localhost:1/x");
        step(routes, "log", "- to: log:orders?level=DEBUG");
        step(routes, "bean", "- to: bean:conversion", conversion());
        step(routes, "class", "- to: class:io.penstock.convert.FieldConversion?bean.keep=a");
        step(routes, "micrometer", "- to: micrometer:counter:orders");
    }

    private static void languages(Map<String, String> routes) {
        predicate(routes, "simple", "simple: \"${body[a]} == 1\"");
        predicate(routes, "constant", "constant: \"true\"");
        predicate(routes, "header", "header: kafka.TOPIC");
        step(routes, "exchangeProperty", "- setProperty: { name: p, constant: x }\n- filter: { exchangeProperty: p, steps: [ { log: x } ] }");
        step(routes, "variable", "- setVariable: { name: v, constant: x }\n- filter: { variable: v, steps: [ { log: x } ] }");
        predicate(routes, "jsonpath", "jsonpath: \"$.items[?(@ > 1)]\"");
        step(routes, "jsonpath function", "- setHeader: { name: h, jsonpath: { expression: \"$.items.length()\" } }");
        step(routes, "tokenize", "- setBody: { simple: \"${body[s]}\" }\n- split: { tokenize: \",\", steps: [ { log: x } ] }");
        step(routes, "method", "- setBody: { method: { ref: conversion, method: convert } }", conversion());
        step(routes, "file language", "- setHeader: { name: h, language: { language: file, expression: \"${date:now:yyyy}\" } }");
    }

    private static void steps(Map<String, String> routes) {
        step(routes, "filter", "- filter: { simple: \"${body[a]} == 2\", steps: [ { log: x } ] }");
        step(routes, "choice", """
                - choice:
                    when:
                      - { simple: "${body[a]} == 2", steps: [ { log: two } ] }
                    otherwise: { steps: [ { log: other } ] }""");
        step(routes, "split", "- split: { simple: \"${body[items]}\", steps: [ { log: x } ] }");
        step(routes, "multicast", "- multicast: { steps: [ { to: \"log:a\" }, { to: \"log:b\" } ] }");
        step(routes, "pipeline", "- pipeline: { steps: [ { log: a }, { log: b } ] }");
        step(routes, "aggregate", "- log: aggregated below");
        step(routes, "loop", "- loop: { constant: \"2\", steps: [ { log: x } ] }");
        step(routes, "process", "- process: { ref: conversion }", conversion());
        step(routes, "bean step", "- bean: { ref: conversion }", conversion());
        step(routes, "setBody", "- setBody: { constant: x }");
        step(routes, "transform", "- transform: { constant: x }");
        step(routes, "setHeader", "- setHeader: { name: h, constant: x }");
        step(routes, "setHeaders", "- setHeaders: { headers: [ { name: h, constant: x } ] }");
        step(routes, "removeHeader", "- removeHeader: { name: h }");
        step(routes, "removeHeaders", "- removeHeaders: { pattern: \"h*\" }");
        step(routes, "setProperty", "- setProperty: { name: p, constant: x }");
        step(routes, "removeProperty", "- removeProperty: { name: p }");
        step(routes, "setVariable", "- setVariable: { name: v, constant: x }");
        step(routes, "setVariables", "- setVariables: { variables: [ { name: v, constant: x } ] }");
        step(routes, "removeVariable", "- removeVariable: { name: v }");
        step(routes, "convertBodyTo", "- setBody: { constant: x }\n- convertBodyTo: { type: \"byte[]\" }");
        step(routes, "convertBodyTo charset", "- setBody: { constant: x }\n- convertBodyTo: { type: String, charset: GBK }");
        step(routes, "convertHeaderTo", "- setHeader: { name: h, constant: \"1\" }\n- convertHeaderTo: { name: h, type: int }");
        step(routes, "convertVariableTo", "- setVariable: { name: v, constant: \"1\" }\n- convertVariableTo: { name: v, type: int }");
        step(routes, "marshal", "- marshal: { json: {} }");
        step(routes, "unmarshal", "- marshal: { json: {} }\n- unmarshal: { json: {} }");
        step(routes, "validate", "- validate: { simple: \"${body[a]} == 1\" }");
        step(routes, "sort", "- setBody: { simple: \"${body[items]}\" }\n- sort: { simple: \"${body}\" }");
        step(routes, "log step", "- log: \"${header[kafka.OFFSET]}\"");
        step(routes, "doTry", """
                - doTry:
                    steps: [ { throwException: { exceptionType: java.lang.IllegalStateException, message: x } } ]
                    doCatch: [ { exception: [ java.lang.IllegalStateException ], steps: [ { log: caught } ] } ]
                    doFinally: { steps: [ { log: x } ] }""");
        routes.put("onException", """
                - onException:
                    exception: [ java.lang.IllegalStateException ]
                    continued: { constant: "true" }
                    steps: [ { log: x } ]
                """ + route("- throwException: { exceptionType: java.lang.IllegalStateException, message: x }"));
        step(routes, "throwException", """
                - filter:
                    simple: "${body[a]} == 2"
                    steps: [ { throwException: { exceptionType: java.lang.IllegalArgumentException, message: x } } ]""");
        step(routes, "stop", "- filter: { simple: \"${body[a]} == 2\", steps: [ { stop: {} } ] }");
        step(routes, "delay", "- delay: { constant: \"1\", asyncDelayed: true }");
        step(routes, "throttle", "- throttle: { constant: \"1000\", timePeriodMillis: \"1000\" }");
        step(routes, "threads", "- threads: { poolSize: 2, maxPoolSize: 2 }");
        step(routes, "to", "- to: log:a");
        step(routes, "toD", "- toD: \"log:${header[kafka.TOPIC]}\"");
        step(routes, "recipientList", "- recipientList: { constant: \"log:a,log:b\" }");
        step(routes, "routingSlip", "- routingSlip: { constant: \"log:a,log:b\" }");
        step(routes, "wireTap", "- wireTap: { uri: \"log:a\" }");
        step(routes, "enrich", "- enrich: { constant: \"direct:more\" }", from("direct:more", "- setBody: { constant: x }\n"));
        step(routes, "step", "- step: { id: named, steps: [ { log: x } ] }");
    }

    private static void predicate(Map<String, String> routes, String name, String expression) {
        step(routes, name, "- filter: { " + expression + ", steps: [ { log: x } ] }");
    }

    private static void step(Map<String, String> routes, String name, String step) {
        routes.put(name, route(step));
    }

    private static void step(Map<String, String> routes, String name, String step, String beside) {
        routes.put(name, beside + route(step));
    }

    private static String route(String step) {
        return "- route:\n    from:\n      uri: kafka:t\n      steps:\n"
                + ("- unmarshal: { json: {} }\n" + step + "\n" + END).indent(8);
    }

    private static String from(String uri, String steps) {
        return "- route:\n    from:\n      uri: " + uri + "\n      steps:\n" + steps.indent(8);
    }

    private static String through(String endpoint) {
        return from("kafka:t", "- to: " + endpoint + "\n") + from(endpoint, END);
    }

    private static String conversion() {
        return "- beans:\n    - name: conversion\n      type: io.penstock.convert.FieldConversion\n"
                + "      properties: { keep: a }\n";
    }
}
