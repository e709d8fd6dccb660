package io.penstock.route.lean;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.apache.camel.Exchange;
import org.apache.camel.component.jackson.JacksonDataFormat;
import org.jspecify.annotations.Nullable;

/**
 * Camel's JSON data format on Jackson. An object in bytes, unmarshalled without any option, becomes a {@link JsonRecord}: the
 * map that Jackson would make, made when it is looked at. What stands behind the value is an error, as its loss would be silent.
 */
final class LeanJson extends JacksonDataFormat {

    private static final int MOST_EXPECTED = 64;

    private @Nullable ObjectReader reader;
    /** How many fields a record may have, by those before it: a guess, so that it doesn't matter what other threads make of it. */
    private int expectedFields = 12;

    @Override
    public Object unmarshal(Exchange exchange, Object body) throws Exception {
        var plain = reader;
        if (plain != null && body instanceof byte[] json) {
            int expected = expectedFields;
            var fields = JsonFields.of(json, expected);
            if (fields != null) {
                // Slowly down, for where large and small ones alternate.
                int next = Math.clamp(fields.count(), Math.max(expected - 1, 1), MOST_EXPECTED);
                if (next != expected) {
                    expectedFields = next;
                }
                return new JsonRecord(fields, plain);
            }
        }
        return super.unmarshal(exchange, body);
    }

    /** Its names come from records: interned, a native executable would keep each of them for ever. */
    @Override
    protected ObjectMapper createNewObjectMapper() {
        var factory = JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES);
        // As Camel does where it makes the mapper.
        if (getMaxStringLength() > 0) {
            factory.streamReadConstraints(StreamReadConstraints.builder().maxStringLength(getMaxStringLength()).build());
        }
        return JsonMapper.builder(factory.build()).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
    }

    @Override
    protected void doStart() throws Exception {
        boolean plain = getObjectMapper() == null && getUnmarshalType() == Object.class && getCollectionType() == null && !isUseList()
                && !isAllowJmsType() && !isAllowUnmarshallType() && !isAutoDiscoverObjectMapper() && getMaxStringLength() == 0
                && getEnableFeatures() == null && getDisableFeatures() == null && getModules() == null
                && getModuleClassNames() == null && getModuleRefs() == null && getNamingStrategy() == null
                && getTimezone() == null;
        super.doStart();
        reader = plain && getSchemaResolver() == null ? getObjectMapper().readerFor(Object.class) : null;
    }
}
