/**
 * What a native executable reaches by name is registered, as the packaging for native-image writes it out. It is known here,
 * on the JVM, without native-image.
 */
@NullMarked
package io.penstock.reachability;

import org.jspecify.annotations.NullMarked;
