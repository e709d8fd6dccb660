/**
 * Route tests: the real route on the real engine, fed with the cases of a {@code *.test.yaml}; what comes out is compared and
 * nothing is stored. The way is file, bench, comparison, report.
 */
@NullMarked
package io.penstock.route.test;

import org.jspecify.annotations.NullMarked;
