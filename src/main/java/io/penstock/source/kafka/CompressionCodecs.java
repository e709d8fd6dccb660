package io.penstock.source.kafka;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * LZ4's classes, which its factory finds by name. Of zstd, its library and what that reaches through JNI are registered in
 * {@code META-INF/native-image}; snappy and gzip need nothing.
 */
@RegisterForReflection(classNames = {
    "net.jpountz.lz4.LZ4JavaSafeCompressor", "net.jpountz.lz4.LZ4JavaSafeFastDecompressor",
    "net.jpountz.lz4.LZ4JavaSafeSafeDecompressor", "net.jpountz.lz4.LZ4JavaUnsafeCompressor",
    "net.jpountz.lz4.LZ4JavaUnsafeFastDecompressor", "net.jpountz.lz4.LZ4JavaUnsafeSafeDecompressor",
    "net.jpountz.lz4.LZ4HCJavaSafeCompressor", "net.jpountz.lz4.LZ4HCJavaUnsafeCompressor",
    "net.jpountz.xxhash.XXHash32JavaSafe", "net.jpountz.xxhash.XXHash32JavaUnsafe",
    "net.jpountz.xxhash.XXHash64JavaSafe", "net.jpountz.xxhash.XXHash64JavaUnsafe",
    "net.jpountz.xxhash.StreamingXXHash32JavaSafe$Factory", "net.jpountz.xxhash.StreamingXXHash32JavaUnsafe$Factory",
    "net.jpountz.xxhash.StreamingXXHash64JavaSafe$Factory", "net.jpountz.xxhash.StreamingXXHash64JavaUnsafe$Factory"
})
final class CompressionCodecs {

    private CompressionCodecs() {
    }
}
