/**
 * Reads JSON, writes its canonical form, and resolves pointers into it. We do not use a library because events must be forwarded
 * byte for byte, the canonical form must equal Python's {@code json.dumps(value, sort_keys=True)}, and nesting depth is limited
 * separately for each element of an array.
 */
package io.eventdedup.json;
