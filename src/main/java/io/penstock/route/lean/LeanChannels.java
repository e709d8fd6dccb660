package io.penstock.route.lean;

import org.apache.camel.CamelContext;
import org.apache.camel.Channel;
import org.apache.camel.processor.DefaultInternalProcessorFactory;

/** Puts {@link LeanChannel}s around steps. May be called from any thread. */
public final class LeanChannels extends DefaultInternalProcessorFactory {

    @Override
    public Channel createChannel(CamelContext context) {
        return new LeanChannel(context);
    }
}
