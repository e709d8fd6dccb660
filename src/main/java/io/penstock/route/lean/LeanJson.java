package io.penstock.route.lean;

import com.fasterxml.jackson.databind.ObjectReader;
import org.apache.camel.Exchange;
import org.apache.camel.component.jackson.JacksonDataFormat;
import org.jspecify.annotations.Nullable;

/**
 * Camel's JSON data format on Jackson. An object in bytes, unmarshalled without any option, becomes a {@link JsonRecord}: the
 * map that Jackson would make, made when it is looked at.
 */
final class LeanJson extends JacksonDataFormat {

    private @Nullable ObjectReader reader;

    @Override
    public Object unmarshal(Exchange exchange, Object body) throws Exception {
        var plain = reader;
        if (plain != null && body instanceof byte[] json) {
            var fields = JsonFields.of(json);
            if (fields != null) {
                return new JsonRecord(fields, plain);
            }
        }
        return super.unmarshal(exchange, body);
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
