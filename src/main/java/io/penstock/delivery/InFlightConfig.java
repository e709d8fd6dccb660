package io.penstock.delivery;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The bound on what is under way between its source and Elasticsearch. */
@ConfigMapping(prefix = "penstock.in-flight")
public interface InFlightConfig {

    /** Records polled or received and not yet settled, at most (plus the rest of the poll that crosses the bound). */
    @WithDefault("10000")
    long records();

    /** Their bytes (keys, values, headers, and the documents of one that makes several), at most; never more than a twelfth of the heap. */
    @WithDefault("32M")
    MemorySize bytes();
}
