/**
 * JSON text read without changing a byte, its canonical form, and pointers into it. It is our own because events go out
 * byte for byte as they came, hashes equal Python's {@code json.dumps(value, sort_keys=True)}, and the depth is bounded for
 * each element of an array by itself.
 */
package io.eventdedup.json;
