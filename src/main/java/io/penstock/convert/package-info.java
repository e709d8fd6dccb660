/**
 * The field conversion: turns the object a record holds into the document the route's author declared, field by field.
 * Everything is compiled when the route loads; what can't be converted fails its record with a {@link
 * io.penstock.convert.ConversionException}.
 */
@NullMarked
package io.penstock.convert;

import org.jspecify.annotations.NullMarked;
