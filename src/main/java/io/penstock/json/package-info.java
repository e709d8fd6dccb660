/**
 * JSON objects as maps that are made when they are looked at: most records are read and written without one. Knows nothing else of
 * Penstock, so that whoever makes such a map and whoever writes it need not know each other.
 */
@NullMarked
package io.penstock.json;

import org.jspecify.annotations.NullMarked;
