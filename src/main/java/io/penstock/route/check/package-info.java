/**
 * Route files checked without running anything: against Camel's own schema and catalogue, and against what would lose records.
 * Everything wrong is found at once, with its place and what to write instead.
 */
@NullMarked
package io.penstock.route.check;

import org.jspecify.annotations.NullMarked;
