/**
 * Reads JSON text without changing a byte, writes its canonical form, and resolves JSON Pointers.
 *
 * <p>Why we do not use a JSON library: an event is forwarded byte for byte as it was received, so each value must know its place in the
 * text. Keys are hashes of a canonical form that equals the output of Python's {@code json.dumps(value, sort_keys=True)}, including
 * floating-point numbers, so that they match the keys of the Lambda that this program replaces; libraries format numbers and escape
 * characters differently. And the nesting depth is limited for each event of an array separately, so that one event that is nested too
 * deep does not make the others unusable.
 */
package io.eventdedup.json;
