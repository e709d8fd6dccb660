package io.penstock.sink;

import java.util.Map;

import io.quarkus.runtime.annotations.RegisterForReflection;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.processor.aggregate.AggregateProcessor;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

import io.penstock.delivery.Delivery;

/**
 * Gathers documents for a bulk. Routes name it {@code #bulk}, or declare one of their own:
 *
 * <pre>
 * - beans:
 *     - name: createOnly
 *       type: io.penstock.sink.BulkStrategy
 *       properties: { action: create, id: "${body[eventId]}" }
 * </pre>
 *
 * <p>Each property is an expression in Camel's simple language, evaluated for each record.
 *
 * <p>Each document holds its record's delivery from here until the aggregated exchange is done; the bulk takes holds of its
 * own. A batch that fails before a bulk has taken it becomes dead letters, one for each record. A record of which no
 * document can be made fails alone, on its own exchange: the group does not notice.
 *
 * <p>Closes the group when it is full in bytes ({@code penstock.bulk.max-bytes}) or its first document too old
 * ({@code penstock.bulk.max-age}), except where the route says {@code eagerCheckCompletion}: Camel does not ask a strategy then,
 * and {@code completionSize} has to bound the group. Size and timeout are the route's. One instance may serve many routes and threads.
 */
@RegisterForReflection
public class BulkStrategy extends ServiceSupport implements AggregationStrategy, CamelContextAware {

    private @Nullable CamelContext context;
    private volatile @Nullable DocumentSink sink;
    private volatile @Nullable BulkDocuments documents;
    private String action = BulkAction.INDEX.word();
    private @Nullable String id;
    private @Nullable String index;
    private @Nullable String routing;
    private @Nullable String version;
    private @Nullable String pipeline;

    /** For routes: finds the sink in the registry. */
    public BulkStrategy() {
    }

    public BulkStrategy(DocumentSink sink) {
        this.sink = sink;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public @Nullable CamelContext getCamelContext() {
        return context;
    }

    /**
     * What the bulk does with each document: {@code index} (default), {@code create}, {@code update} (puts the fields into the
     * document that is there, or stores it) or {@code delete}; or an expression that gives one of them.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public void setAction(String action) {
        if (!action.contains("${")) {
            BulkAction.of(action);
        }
        this.action = action;
    }

    /**
     * The document's id as an expression in Camel's simple language, evaluated for each record; by default the delivery's. It
     * must give the same id whenever the record is delivered again.
     */
    public void setId(@Nullable String id) {
        this.id = id;
    }

    /** The index as an expression in Camel's simple language, evaluated for each record; by default the endpoint's. */
    public void setIndex(@Nullable String index) {
        this.index = index;
    }

    /** What Elasticsearch chooses the shard by, instead of the id. */
    public void setRouting(@Nullable String routing) {
        this.routing = routing;
    }

    /**
     * The document's external version, a whole number from 0, for instance <code>${header[kafka.OFFSET]}</code>: an older
     * record never replaces what a newer one has stored or deleted. Only for the actions index and delete.
     */
    public void setVersion(@Nullable String version) {
        this.version = version;
    }

    /** The ingest pipeline that documents go through. Not for the action update. */
    public void setPipeline(@Nullable String pipeline) {
        this.pipeline = pipeline;
    }

    /** @throws IllegalArgumentException if a property can't go with the action */
    @Override
    protected void doInit() {
        checkTogether();
        documents();
    }

    @Override
    public Exchange aggregate(@Nullable Exchange group, Exchange newcomer) {
        var added = documents().of(newcomer);
        var batch = group == null ? new BulkBatch() : group.getMessage().getBody(BulkBatch.class);
        boolean isFull = batch.add(added, sink().settings());
        if (group == null) {
            open(newcomer, batch);
        }
        var answer = group == null ? newcomer : group;
        if (isFull) {
            answer.setProperty(ExchangePropertyKey.AGGREGATION_COMPLETE_CURRENT_GROUP, true);
        }
        return answer;
    }

    /**
     * Adds a record to a group of this strategy past the aggregator, if it is such that the aggregator would only have copied its
     * exchange and noted that it came.
     *
     * @param mostRecords how many records the aggregator completes a group with, the same each time
     * @param unseenNanos how long the aggregator may see none
     * @return false if nothing was done, so that the record has to go through the aggregator
     * @throws RuntimeException if no document can be made of it
     */
    public boolean join(Exchange group, Exchange record, int mostRecords, long unseenNanos) {
        // Another thread may have the group by now; asked for the message, it would make one.
        if (!(group.getIn().getBody() instanceof BulkBatch batch) || !isOrdinary(record)) {
            return false;
        }
        return batch.join(() -> documents().of(record), sink().settings(), mostRecords, unseenNanos);
    }

    private static boolean isOrdinary(Exchange record) {
        var message = record.getMessage();
        var body = message.getBody();
        return (body instanceof Map || body instanceof byte[]) && record.getProperty(Delivery.PROPERTY) != null && !SplitParts.isPart(record)
                && record.getProperty(ExchangePropertyKey.AGGREGATION_COMPLETE_ALL_GROUPS) == null
                && message.getHeader(Exchange.AGGREGATION_COMPLETE_ALL_GROUPS) == null
                && message.getHeader(Exchange.AGGREGATION_COMPLETE_ALL_GROUPS_INCLUSIVE) == null;
    }

    @Override
    public void onCompletion(Exchange group) {
        if (group.getMessage().getBody() instanceof BulkBatch batch) {
            batch.close();
            if (group.getProperty(ExchangePropertyKey.AGGREGATED_SIZE) != null) {
                group.setProperty(ExchangePropertyKey.AGGREGATED_SIZE, batch.records());
            }
            if (batch.hasAllRecords()) {
                group.setProperty(ExchangePropertyKey.AGGREGATED_COMPLETED_BY, AggregateProcessor.COMPLETED_BY_SIZE);
            }
        }
    }

    /** Turns the first record's exchange (a copy of it) into the group's: it stands for no single record any more. */
    private void open(Exchange exchange, BulkBatch batch) {
        exchange.removeProperty(Delivery.PROPERTY);
        exchange.removeProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
        exchange.getMessage().removeHeaders("*");
        BatchEnd.ofGroup(exchange, batch, sink().deadLetters());
    }

    private DocumentSink sink() {
        var known = sink;
        if (known == null) {
            known = context == null ? null : context.getRegistry().findSingleByType(DocumentSink.class);
            if (known == null) {
                throw new IllegalStateException("no DocumentSink in the registry");
            }
            sink = known;
        }
        return known;
    }

    private BulkDocuments documents() {
        var known = documents;
        if (known == null) {
            known = new BulkDocuments(action(), simple(id), simple(index), simple(routing), simple(version), simple(pipeline),
                    new DocumentJson());
            documents = known;
        }
        return known;
    }

    private BulkDocuments.Action action() {
        if (action.contains("${")) {
            return new BulkDocuments.Action.PerRecord(simple(action));
        }
        return new BulkDocuments.Action.Fixed(BulkAction.of(action));
    }

    /**
     * Called when the properties are set.
     *
     * @throws IllegalArgumentException if one of them can't go with the action
     */
    public void checkTogether() {
        if (action.contains("${")) {
            return;
        }
        var fixed = BulkAction.of(action);
        if (isGiven(version) && !fixed.isVersioned()) {
            throw new IllegalArgumentException(BulkDocuments.unversioned(fixed));
        }
        if (isGiven(pipeline) && fixed == BulkAction.UPDATE) {
            throw new IllegalArgumentException(BulkDocuments.NO_PIPELINE);
        }
    }

    private static boolean isGiven(@Nullable String text) {
        return text != null && !text.isBlank();
    }

    private BulkDocuments.@Nullable Property simple(@Nullable String text) {
        if (!isGiven(text)) {
            return null;
        }
        if (context == null) {
            throw new IllegalStateException("a BulkStrategy with expressions needs a Camel context");
        }
        return BulkDocuments.Property.of(text, part -> {
            var expression = context.resolveLanguage("simple").createExpression(part);
            expression.init(context);
            return expression;
        });
    }
}
