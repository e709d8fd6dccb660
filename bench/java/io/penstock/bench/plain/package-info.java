/** What a Camel user writes first for the reference job. Runs on Camel's own jars, without anything of Penstock or Quarkus. */
@NullMarked
package io.penstock.bench.plain;

import org.jspecify.annotations.NullMarked;
