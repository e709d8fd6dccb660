package io.penstock.route;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.penstock.sink.BulkFailedException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.format.DateTimeParseException;
import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelException;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.ExpressionEvaluationException;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.InvalidPayloadRuntimeException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.NoSuchHeaderException;
import org.apache.camel.NoSuchHeaderOrPropertyException;
import org.apache.camel.NoSuchPropertyException;
import org.apache.camel.NoSuchVariableException;
import org.apache.camel.NoTypeConversionAvailableException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.RollbackExchangeException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.RuntimeExchangeException;
import org.apache.camel.RuntimeExpressionException;
import org.apache.camel.RuntimeTransformException;
import org.apache.camel.StreamCacheException;
import org.apache.camel.TypeConversionException;
import org.apache.camel.ValidationException;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.language.simple.types.SimpleParserException;
import org.apache.camel.processor.ThrottlerRejectedExecutionException;
import org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy;
import org.apache.camel.processor.aggregate.GroupedExchangeAggregationStrategy;
import org.apache.camel.processor.aggregate.GroupedMessageAggregationStrategy;
import org.apache.camel.processor.aggregate.StringAggregationStrategy;
import org.apache.camel.processor.aggregate.UseLatestAggregationStrategy;
import org.apache.camel.processor.aggregate.UseOriginalAggregationStrategy;
import org.apache.camel.support.processor.PredicateValidationException;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.elasticsearch.client.ResponseException;

/**
 * What a route file may name as a class, beside Penstock's own beans: exceptions in {@code onException}, {@code doCatch} and
 * {@code throwException}, types in {@code convertBodyTo} and expressions, strategies and repositories as {@code #class:}. A
 * native executable finds a class by name only when it is listed; a name that isn't is a fault of the route file when it is
 * loaded, as on the JVM a class that doesn't exist.
 */
@RegisterForReflection(ignoreNested = true, targets = {
    // exceptions: Java's
    Throwable.class, Exception.class, RuntimeException.class, Error.class, ArithmeticException.class,
    ArrayIndexOutOfBoundsException.class, ClassCastException.class, IllegalArgumentException.class, IllegalStateException.class,
    IndexOutOfBoundsException.class, NullPointerException.class, NumberFormatException.class, SecurityException.class,
    UnsupportedOperationException.class, IOException.class, UncheckedIOException.class, ConnectException.class,
    SocketTimeoutException.class, UnknownHostException.class, DateTimeException.class, DateTimeParseException.class,
    NoSuchElementException.class, RejectedExecutionException.class, TimeoutException.class,
    // Camel's
    CamelException.class, CamelExchangeException.class, CamelExecutionException.class, ExchangeTimedOutException.class,
    ExpressionEvaluationException.class, InvalidPayloadException.class, InvalidPayloadRuntimeException.class,
    NoSuchBeanException.class, NoSuchEndpointException.class, NoSuchHeaderException.class, NoSuchHeaderOrPropertyException.class,
    NoSuchPropertyException.class, NoSuchVariableException.class, NoTypeConversionAvailableException.class,
    ResolveEndpointFailedException.class, RollbackExchangeException.class, RuntimeCamelException.class,
    RuntimeExchangeException.class, RuntimeExpressionException.class, RuntimeTransformException.class, StreamCacheException.class,
    TypeConversionException.class, ValidationException.class, PredicateValidationException.class,
    ThrottlerRejectedExecutionException.class, SimpleIllegalSyntaxException.class, SimpleParserException.class,
    GenericFileOperationFailedException.class, HttpOperationFailedException.class,
    // Jackson's, Kafka's, Elasticsearch's and ours; ConversionException registers itself
    JsonProcessingException.class, JsonParseException.class, JsonMappingException.class, MismatchedInputException.class,
    KafkaException.class, RetriableException.class, RecordTooLargeException.class, org.apache.kafka.common.errors.TimeoutException.class,
    ResponseException.class, BulkFailedException.class,
    // types of bodies and headers
    Object.class, String.class, Boolean.class, Byte.class, Short.class, Integer.class, Long.class, Float.class, Double.class,
    Number.class, BigDecimal.class, BigInteger.class, Date.class, Map.class, List.class, Set.class, InputStream.class, JsonNode.class,
    // what those of a JSON body are, and a file's, for expressions that call their methods: ${body.size}
    Collection.class, LinkedHashMap.class, HashMap.class, AbstractMap.class, ArrayList.class, AbstractList.class, AbstractCollection.class,
    GenericFile.class,
    // strategies and repositories
    GroupedBodyAggregationStrategy.class, GroupedExchangeAggregationStrategy.class, GroupedMessageAggregationStrategy.class,
    StringAggregationStrategy.class, UseLatestAggregationStrategy.class, UseOriginalAggregationStrategy.class,
    MemoryIdempotentRepository.class
}, classNames = {
    // the functions of jsonpath: $.items.length()
    "com.jayway.jsonpath.internal.function.json.Append", "com.jayway.jsonpath.internal.function.json.KeySetFunction",
    "com.jayway.jsonpath.internal.function.numeric.Average", "com.jayway.jsonpath.internal.function.numeric.Max",
    "com.jayway.jsonpath.internal.function.numeric.Min", "com.jayway.jsonpath.internal.function.numeric.StandardDeviation",
    "com.jayway.jsonpath.internal.function.numeric.Sum", "com.jayway.jsonpath.internal.function.sequence.First",
    "com.jayway.jsonpath.internal.function.sequence.Index", "com.jayway.jsonpath.internal.function.sequence.Last",
    "com.jayway.jsonpath.internal.function.text.Concatenate", "com.jayway.jsonpath.internal.function.text.Length"
})
final class NameableTypes {

    private NameableTypes() {
    }
}
