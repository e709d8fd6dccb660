package io.penstock.route.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The JSON Schema of route files for editors: Camel's own, which also knows the properties of our beans. */
public final class RouteSchema {

    private static final Map<String, Map<String, String>> BEANS = beans();

    private RouteSchema() {
    }

    private static Map<String, Map<String, String>> beans() {
        var conversion = new LinkedHashMap<String, String>();
        conversion.put("fields", "The document's fields, one a line: name: { options }. Write a bar (|) behind fields:");
        conversion.put("into", "The field that everything goes under, for instance msgBody");
        conversion.put("keep", "Source fields that go into the document as they are, and no others");
        conversion.put("drop", "All source fields go into the document as they are, except these");
        conversion.put("flatten", "What joins the names of inner objects to one, for instance _: then no object is left");
        var strategy = new LinkedHashMap<String, String>();
        strategy.put("action", "What the bulk does with each document: index (default), create, update or delete");
        strategy.put("id", "The document's id as a simple expression; by default topic-partition-offset");
        strategy.put("index", "The index as a simple expression; by default the endpoint's indexName");
        strategy.put("routing", "What the shard is chosen by, as a simple expression; by default the id");
        strategy.put("version", "The external version as a simple expression, for instance ${header[kafka.OFFSET]}");
        strategy.put("pipeline", "The ingest pipeline as a simple expression; by default the index's own");
        var beans = new LinkedHashMap<String, Map<String, String>>();
        beans.put(BeanRules.CONVERSION, conversion);
        beans.put(BeanRules.STRATEGY, strategy);
        return beans;
    }

    /** The names of a bean's options, in the order in which they are told. */
    static Set<String> options(String type) {
        return BEANS.get(type).keySet();
    }

    /** The schema, draft 4 like Camel's. */
    public static JsonNode full() {
        var root = (ObjectNode) CamelSchema.load().root();
        root.put("title", "Penstock route file");
        takeScalars(root);
        var bean = (ObjectNode) root.at("/items/definitions/org.apache.camel.model.BeanFactoryDefinition");
        var kinds = bean.putArray("anyOf");
        BEANS.forEach((type, options) -> {
            var kind = kinds.addObject().putObject("properties");
            kind.putObject("type").putArray("enum").add(type);
            var properties = kind.putObject("properties").put("type", "object").put("additionalProperties", false)
                    .putObject("properties");
            options.forEach((name, description) -> properties.putObject(name).put("type", "string").put("description", description));
        });
        var others = kinds.addObject().putObject("properties").putObject("type").putObject("not").putArray("enum");
        BEANS.keySet().forEach(others::add);
        return root;
    }

    /** Camel reads any scalar as text where its schema has a string, a {@code completionTimeout} in milliseconds for one. */
    private static void takeScalars(JsonNode schema) {
        if (schema instanceof ObjectNode node && "string".equals(node.path("type").textValue()) && !node.has("enum")) {
            node.putArray("type").add("string").add("number").add("boolean");
        }
        schema.forEach(RouteSchema::takeScalars);
    }
}
