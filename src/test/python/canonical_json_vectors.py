"""Says what Python makes of JSON texts: the reference that the keys are compared with.

    canonical_json_vectors.py            prints the vectors, kept as src/test/resources/canonical-json-vectors.tsv
    canonical_json_vectors.py --hash     reads JSON texts, one a line, and answers each with its hash

The hash is the one of the Lambda function: SHA-256 over json.dumps(value, sort_keys=True).
A vector is one line: the JSON text, a tab, what json.dumps prints.
"""
import hashlib
import json
import random
import struct
import sys

if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)  # Python 3.11 and later refuse long integers otherwise


def canonical(text):
    return json.dumps(json.loads(text), sort_keys=True, default=str)


def answer_hashes():
    for line in sys.stdin.buffer:
        text = line.decode("utf-8").rstrip("\n")
        print(hashlib.sha256(canonical(text).encode("utf-8")).hexdigest())


def numbers():
    yield from ["0", "-0", "1", "-1", "0.0", "-0.0", "-0e5", "0.000", "0e-999", "9007199254740993", "1" * 5000]
    yield from ["1.0", "1.50", "2.0E-3", "1E2", "1e+2", "1e22", "1e23", "2e23", "9e22", "100.0e-2"]
    yield from ["1e15", "1e16", "123456789012345678.0", "9999999999999998.0", "99999999999999990.0", "1e-4", "1e-5"]
    yield from ["0.0001", "0.00001", "0.00012345", "1e400", "-1e400", "1e-400", "-1e-400", "1e309", "1e99999999999"]
    yield from ["1e-99999999999", "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308"]
    yield from ["2.2250738585072014e-308", "2.2250738585072011e-308", "4.9e-324", "5e-324", "3e-324", "2e-324"]
    yield from ["2.2E-322", "1.0E23", "2.0E-3", "8.41E21", "2.0E23", "9.5e-322", "1e-290", "1e290", "1e291"]
    yield from ["0.1", "0.2", "0.30000000000000004", "1234567890123456.7", "0." + "0" * 400 + "1", "1" * 400 + ".5"]
    yield from ["1." + "0" * 500 + "1", "123456789012345e-20", "1234567890123456e-20", "0.1e1", "1773134100.120"]
    for power in range(-1074, 1024):
        yield repr(2.0 ** power)
        yield "%.17e" % 2.0 ** power
    for power in range(-330, 312):
        yield "1e%d" % power
        yield "9.999999999999999e%d" % power
        yield "1.2345678901234567e%d" % power


def random_doubles(count):
    source = random.Random(1)
    while count > 0:
        value = struct.unpack(">d", struct.pack(">Q", source.getrandbits(64)))[0]
        if value == value and abs(value) != float("inf"):
            count -= 1
            yield "%.17e" % value
    for digits in range(1, 18):
        for exponent in range(-25, 25):
            yield "%s%de%d" % ("-" * source.getrandbits(1), source.randrange(10 ** digits), exponent)


def strings():
    for character in list(range(0x20, 0x180)) + [0x7F, 0x2028, 0x2029, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF]:
        if chr(character) not in '"\\':
            yield '"%s"' % chr(character)
    for unit in list(range(0x100)) + [0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xFFFF]:
        yield '"\\u%04x"' % unit
        yield '"\\u%04X"' % unit
    yield from ['""', '"\\""', '"\\\\"', '"\\/"', '"\\b\\f\\n\\r\\t"', '"\\ud83d\\ude00"', '"\\ude00\\ud83d"']
    yield from ['"\\ud83d"', '"a\\ud83db"', '"\\ud83d\\ud83d\\ude00"', '"\\u00e9"', '"e\\u0301"']


def objects():
    yield from ["{}", "[]", " { } ", "[ ]", "[[],{}]", '{"a":1,"a":2}', '{"a":{"b":1},"c":0,"a":3}', '{"":0}']
    yield from ['{"b":1,"a":2,"B":3,"aa":4,"":5}', '{"\\u0061":1,"a":2}', "[1 , 2,\n3\t]", "true", "false", "null"]
    names = ["\\ue000", "\\uffff", "\\ud83d\\ude00", "\\ud800", "\\udc00", "\\ud83d", "\\ud83dx", "\\ud83d\\ue000", "z", "\\u007f"]
    yield "{%s}" % ",".join('"%s":%d' % (name, at) for at, name in enumerate(names))
    yield "{%s}" % ",".join('"x%sy":%d' % (name, at) for at, name in enumerate(reversed(names)))


def write_vectors():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for source in (numbers(), random_doubles(3000), strings(), objects()):
        for text in source:
            print(text.replace("\n", " ").replace("\t", " ") + "\t" + canonical(text))


if __name__ == "__main__":
    answer_hashes() if sys.argv[1:] == ["--hash"] else write_vectors()
