package io.penstock.route.lean;

import java.util.Map;

import org.apache.camel.spi.HeadersMapFactory;
import org.apache.camel.util.CaseInsensitiveMap;
import org.jspecify.annotations.Nullable;

/** Gives messages {@link LeanHeaders}. May be called from any thread. */
public final class LeanHeadersFactory implements HeadersMapFactory {

    @Override
    public Map<String, @Nullable Object> newMap() {
        return new LeanHeaders();
    }

    @Override
    public Map<String, @Nullable Object> newMap(Map<String, Object> map) {
        var headers = new LeanHeaders();
        headers.putAll(map);
        return headers;
    }

    @Override
    public boolean isInstanceOf(Map<String, Object> map) {
        return map instanceof LeanHeaders || map instanceof CaseInsensitiveMap;
    }

    @Override
    public boolean isCaseInsensitive() {
        return true;
    }
}
