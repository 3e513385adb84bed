#!/usr/bin/env python3
"""Decodes a Tersor container, version 1 or 2, as docs/reference/format.md describes it (the numbers of the
sections here are that document's), a network file as docs/reference/network-file.md does, or a file that
holds another as it is (docs/reference/exact-file.md). Python 3.8 or later, standard library only; zstd before
Python 3.14 takes the program of that name.

    python3 docs/reference/decode.py FILE          prints shape, recipe and the first values (of each tensor)
    python3 docs/reference/decode.py FILE --all    prints every value, one a line
    python3 docs/reference/decode.py FILE [BASE]   writes the file that FILE holds as it is to standard output
"""
import hashlib
import heapq
import struct
import subprocess
import sys
import zlib
from ctypes import c_float


class Malformed(Exception):
    """The bytes are not a container of this version."""


def need(condition, message):
    if not condition:
        raise Malformed(message)


# 2. Primitives ------------------------------------------------------------------------------------
class Reader:
    """Little-endian fields of a byte string."""
    def __init__(self, data):
        self.data, self.at = data, 0

    def raw(self, count):
        need(count <= len(self.data) - self.at, "%d bytes needed at byte %d" % (count, self.at))
        self.at += count
        return self.data[self.at - count:self.at]

    def u8(self):
        return self.raw(1)[0]

    def u32(self):
        return struct.unpack("<I", self.raw(4))[0]

    def varint(self):
        value = 0
        for shift in range(0, 35, 7):
            byte = self.u8()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                need(value < 1 << 31, "number of 2^31 or more")
                return value
        raise Malformed("number of more than five bytes")

    def name(self):
        return self.raw(self.u8()).decode("ascii", "replace")


class Bits:
    """Bits of a byte string, bit 0 of byte 0 first."""
    def __init__(self, data):
        self.data, self.at = data, 0

    def bit(self):
        need(self.at < 8 * len(self.data), "bits end early")
        self.at += 1
        return self.data[self.at - 1 >> 3] >> (self.at - 1 & 7) & 1

    def number(self, width):
        return sum(self.bit() << i for i in range(width))

    def at_end(self):
        """Whether only filling bits are left: fewer than eight, all zero."""
        left = 8 * len(self.data) - self.at
        return left < 8 and self.number(left) == 0


def crc_entry(n):
    for _ in range(8):
        n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
    return n


CRC = [crc_entry(n) for n in range(256)]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


# 4. Codebook --------------------------------------------------------------------------------------
UNIFORM, TABLE, CHANNELS, GROUPS, SCALED, TRELLIS, OUTLIERS = 0, 1, 2, 3, 4, 5, 6

# By the number of states: the states after even and odd levels, and the quantiser of each state.
STATES = {
    4: ([(0, 2), (2, 0), (1, 3), (3, 1)], [0, 0, 1, 1]),
    8: ([(0, 2), (7, 5), (1, 3), (6, 4), (2, 0), (5, 7), (3, 1), (4, 6)], [0, 1] * 4),
}


def codebook(kind, bits, rows, columns, flags, width, count, table, payload):
    """How many weights of a row share a list, and the lists: the values of the codes."""
    need(flags == 2 and width == 32 and not table, "codebook is coded")
    need(len(payload) == 4 * count, "codebook has another length")
    numbers = struct.unpack("<%df" % count, payload)
    need(all(abs(x) < float("inf") for x in numbers), "codebook number is not finite")
    if kind == TABLE:
        need(count < 1 << bits, "table of %d numbers" % count)
        return columns, [[0.0] + list(numbers) + [0.0] * ((1 << bits) - 1 - count)]
    if kind == TRELLIS:
        need(count == 2 and numbers[0] in STATES and bits > 1, "states of a trellis")
        step, last = numbers[1], (1 << bits - 1) - 1
        need(step >= 0 and c_float(2 * last * step).value < float("inf"), "step of a trellis")
        return columns, (bits, STATES[int(numbers[0])], step)
    group, steps = columns, numbers
    if kind == GROUPS:
        need(numbers and numbers[0] in [1 << i for i in range(1, 16)], "size of groups")
        group, steps = int(numbers[0]), numbers[1:]
    expected = {UNIFORM: 1, CHANNELS: rows, GROUPS: rows * groups_of(columns, group or 1)}
    need(len(steps) == expected[kind], "codebook of %d numbers" % count)
    return group, [levels(bits, step) for step in steps]


def bounded(count, size):
    """Whether a coded stream of a codebook has as many bytes as its symbols need."""
    return count <= 1 << 20 or count >> 10 <= size


def small_float(number, exponent_bits, mantissa_bits, bias, most):
    """A float of at most 8 bits; None where it stands for no number."""
    sign, low = number >> exponent_bits + mantissa_bits, (1 << mantissa_bits) - 1
    exponent, mantissa = number >> mantissa_bits & (1 << exponent_bits) - 1, number & low
    whole = mantissa + (low + 1 if exponent else 0)
    value = whole * 2.0 ** (max(1, exponent) - bias - mantissa_bits)
    return None if value > most else -value if sign else value


E2M1, E4M3, E5M2 = (2, 1, 1, 6), (4, 3, 7, 448), (5, 2, 15, 57344)
NF4 = (-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
       -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
       0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
       0.7229568362236023, 1.0)
IQ4_NL = (-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113)


def element_levels(elements, bits):
    """The level of each code of a scaled codebook, in steps of the scale."""
    size = 1 << bits
    need(elements < 9, "elements %d" % elements)
    widths = {0: 1, 3: 4, 4: 4, 5: 8, 6: 8, 7: 4}
    need(widths.get(elements, bits) == bits and (elements != 1 or bits > 1), "bits of elements")
    if elements == 0:
        return [-1.0, 1.0]
    if elements == 1:
        return [float(code - size if code >= size // 2 else code) for code in range(size)]
    if elements == 2:
        return [float(code) for code in range(size)]
    if elements == 3:
        return [c_float(NF4[code + 7 & 15]).value for code in range(16)]
    if elements == 7:
        return [float(level) for level in IQ4_NL]
    if elements == 8:
        return [float(2 * code - size + 1) for code in range(size)]
    form = (E2M1, E4M3, E5M2)[elements - 4]
    return [(small_float(code, *form) or 0.0) + 0.0 for code in range(size)]


# Formats of scales: bits, and the value of a number.
SCALES = ((32, lambda n: struct.unpack("<f", struct.pack("<I", n))[0]),
          (16, lambda n: struct.unpack("<e", struct.pack("<H", n))[0]),
          (8, lambda n: None if n == 255 else 2.0 ** (n - 127)),
          (8, lambda n: small_float(n, *E4M3)),
          (6, float), (8, float),
          (8, lambda n: float(n - 256 if n > 127 else n)),
          (16, lambda n: struct.unpack("<f", struct.pack("<I", n << 16))[0]))


def scaled(bits, rows, columns, streams):
    """As codebook() gives it: weights of a row that share a list, and the lists."""
    left = dict(streams)

    def take(name, width):
        need(name in left and left[name][0] == width, "stream %s of a codebook" % name)
        return left.pop(name)[1]

    def runs(number):
        """What shares a number: how many in a row, and of how many weights; None of a tensor."""
        need(number <= 17, "runs %d" % number)
        if number in (0, 17):
            return number, None, None
        size = max(1, columns) if number == 16 else 1 << number
        return number, groups_of(columns, size) if number < 16 else 1, size

    def segment(row, column):
        if rows * columns <= 4194304:
            return 0
        if columns <= 4194304:
            return row // (4194304 // columns)
        return row * groups_of(columns, 4194304) + column // 4194304

    def numbers(name, form, run):
        width, value = SCALES[form]
        if form in (0, 1, 7):
            low = {0: 23, 1: 10, 7: 7}[form]
            high, rest = take(name + "-exponents", width - low), take(name + "-mantissas", low)
            need(len(high) == len(rest), "exponents and mantissas of " + name)
            stored = [h << low | r for h, r in zip(high, rest)]
        else:
            stored = take(name, width)
        count = 1 if run[0] == 0 else rows * run[1] if run[0] < 17 else (
            1 + segment(rows - 1, columns - 1) if rows * columns else 1)
        need(len(stored) == count, "count of " + name)
        values = [value(number) for number in stored]
        need(all(x is not None and abs(x) < float("inf") for x in values), "value of " + name)
        return values

    def products(name, units):
        of = None if unit_format is None else numbers(units, unit_format, unit)
        values = numbers(name, scale, run)
        for i in range(len(values) if of else 0):
            row, column = i // run[1], i % run[1] * run[2]
            at = segment(row, column) if unit[0] == 17 else row * unit[1] + column // unit[2]
            values[i] = c_float(values[i] * of[at]).value
        return values

    form = take("form", 8)
    need(len(form) == 5 and form[1] < 8 and form[3] <= 8, "form of a codebook")
    elements, scale, run, unit_format, unit = form
    run, unit = runs(run), runs(unit)
    unit_format = unit_format - 1 if unit_format else None
    need(run[0] < 17 and (unit_format is not None or unit[0] == 0), "runs of a codebook")
    need(unit_format is None or (1 <= run[0] < 16 and (unit[0] == 17 or run[0] < unit[0] < 16)),
         "units of a codebook")
    scales, zeros, minima = products("scales", "units"), None, None
    if "zeros" in left:
        zeros = take("zeros", bits)
        need(elements == 2 and len(zeros) == len(scales), "zero points")
    if "minima" in left or "minima-exponents" in left:
        minima = products("minima", "minimum-units")
    need(not left and not (zeros and minima), "streams of a codebook")
    levels, lists = element_levels(elements, bits), []
    for i, number in enumerate(scales):
        own, minimum = levels, minima[i] if minima else 0.0
        if zeros:
            own = [float((code + zeros[i]) % len(levels) - zeros[i]) for code in range(len(levels))]
        values = [c_float(c_float(number * level).value - minimum).value + 0.0 for level in own]
        need(all(abs(x) < float("inf") for x in values), "level is not finite")
        lists.append(values)
    return run[2] or columns, lists


def outliers(bits, rows, columns, streams):
    """As codebook() gives it, and the weights that are kept beside codes, by their positions."""
    need(set(streams) == {"form", "numbers", "gaps", "outliers"}, "streams of outliers")
    (width, form), (number_width, numbers) = streams["form"], streams["numbers"]
    (_, gaps), (value_width, stored) = streams["gaps"], streams["outliers"]
    need(width == 8 and len(form) == 1 and form[0] in (0, 1, 2, 3, 5), "form of outliers")
    need(number_width == 32 and value_width == 32, "width of outliers")
    need(len(gaps) == len(stored) > 0, "%d outliers at %d positions" % (len(stored), len(gaps)))
    payload = struct.pack("<%dI" % len(numbers), *numbers)
    group, lists = codebook(form[0], bits, rows, columns, 2, 32, len(numbers), b"", payload)
    kept, position = {}, -1
    values = struct.unpack("<%df" % len(stored), struct.pack("<%dI" % len(stored), *stored))
    for gap, value in zip(gaps, values):
        position += gap + 1
        need(position < rows * columns and 0 < abs(value) < float("inf"), "an outlier")
        kept[position] = value
    return group, lists, kept


def groups_of(columns, group):
    """Groups of a row."""
    return -(-columns // group)


def levels(bits, step):
    values = [0.0] * (1 << bits)
    values[1] = step
    for q in range(1, 1 << bits - 1 if bits > 1 else 0):
        # A step of zero has no negative zeros.
        values[q], values[-q] = c_float(q * step).value + 0.0, c_float(-q * step).value + 0.0
    need(all(abs(x) < float("inf") for x in values), "level is not finite")
    return values


def trellis(codes, bits, states, step, starts):
    """The weights of codes whose values depend on the codes before; segments begin in state 0."""
    (following, quantisers), state, values = states, 0, []
    for i, code in enumerate(codes):
        state = 0 if i in starts else state
        level = code if code < 1 << bits - 1 else code - (1 << bits)
        level = 0 if level == -1 << bits - 1 else level
        sign = (level > 0) - (level < 0)
        steps = 2 * level - (sign if quantisers[state] else 0)
        values.append(c_float(steps * step).value + 0.0)
        state = following[state][level & 1]
    return values


def weights(codes, values, columns, starts=(0,)):
    """The weights of codes, by one list of values or by that of each group of each row."""
    if len(values) == 3:
        found = list(weights(codes, values[:2], columns, starts))
        for position, value in values[2].items():
            found[position] = value
        return found
    group, lists = values
    if isinstance(lists, tuple):
        return trellis(codes, *lists, frozenset(starts))
    if len(lists) == 1:
        return [lists[0][code] for code in codes]
    each = groups_of(columns, group) if codes else 0
    return [lists[i // columns * each + i % columns // group][code] for i, code in enumerate(codes)]


# Codebooks of streams.
STREAMED = {SCALED: scaled, OUTLIERS: outliers}


# 5. and 6. Coders ---------------------------------------------------------------------------------
def packed(table, payload, count, width):
    need(not table, "packed symbols have no table")
    need(len(payload) == (count * width + 7) // 8, "packed symbols have another length")
    symbols, pending, have = [], 0, 0
    for byte in payload:
        pending |= byte << have
        have += 8
        while have >= width and len(symbols) < count:
            symbols.append(pending & (1 << width) - 1)
            pending >>= width
            have -= width
    need(pending == 0, "filling bits are not zero")
    return symbols


def chunks(payload, count):
    """The chunks of a long payload, and how many symbols each has."""
    need(len(payload) >= 4, "payload ends in the index of its chunks")
    number = struct.unpack_from("<I", payload)[0]
    need(4 <= number < 1 << 16 and number % 4 == 0 and number <= count, "%d chunks" % number)
    need(len(payload) >= 4 * number, "payload ends in the index of its chunks")
    lengths = struct.unpack_from("<%dI" % (number - 1), payload, 4)
    at, first, parts = 4 * number, 0, []
    for q, length in enumerate(lengths + (len(payload) - at - sum(lengths),)):
        need(0 <= length <= len(payload) - at, "chunk %d of %d bytes" % (q, length))
        last = (q + 1) * count // number
        parts.append((payload[at : at + length], last - first))
        at, first = at + length, last
    return parts


def huffman(table, payload, count, width):
    need(width <= 16, "huffman does not code %d bits" % width)
    if width < 16 and table[:2] == b"\xff\xff" and len(table) > 2:
        lengths = code_lengths(table[2:], 1 << width)
        need(sum(1 for length in lengths if length) > 1, "one symbol needs no chunks")
        return [s for part, n in chunks(payload, count)
                for s in huffman(table[2:], part, n, width)]
    lengths = code_lengths(table, 1 << width) if table else []
    used = sorted((length, symbol) for symbol, length in enumerate(lengths) if length)
    need((count == 0) == (not used), "code table and stream do not agree")
    if len(used) < 2:
        need(not payload, "one symbol needs no payload")
        return [symbol for _, symbol in used] * count
    need(sum(1 << (20 - length) for length, _ in used) == 1 << 20, "code is not complete")
    codes, code, last = {}, 0, 0
    for length, symbol in used:
        code <<= length - last
        codes[length, code] = symbol
        code, last = code + 1, length
    symbols, bits = [], Bits(payload)
    for _ in range(count):
        length = code = 0
        while (length, code) not in codes:
            length, code = length + 1, code << 1 | bits.bit()
        symbols.append(codes[length, code])
    need(bits.at_end(), "payload goes on after the last code")
    return symbols


def code_lengths(table, alphabet):
    bits, lengths = Bits(table), []
    last = bits.number(16)
    need(last < alphabet, "code table names symbol %d" % last)
    while len(lengths) <= last:
        token = bits.number(5)
        need(token <= 20 or token >= 29, "code table token %d" % token)
        need(token != 29 or lengths, "code table repeats nothing")
        if token <= 20:
            lengths.append(token)
        elif token == 29:
            lengths += [lengths[-1]] * (3 + bits.number(2))
        else:
            lengths += [0] * (3 + bits.number(3) if token == 30 else 11 + bits.number(7))
    need(len(lengths) == last + 1 and lengths[last], "code table does not end with its last symbol")
    need(bits.at_end(), "code table has a wrong length")
    return lengths


def rans(table, payload, count, width):
    need(width <= 16, "rans does not code %d bits" % width)
    need((count == 0) == (not table), "frequency table and stream do not agree")
    if count == 0:
        need(not payload, "an empty stream needs no payload")
        return []
    r, frequencies = rans_frequencies(table, width)
    if len(frequencies) == 1:
        need(not payload, "one symbol needs no payload")
        return list(frequencies) * count
    slots = [(symbol, frequency, offset) for symbol, frequency in sorted(frequencies.items())
             for offset in range(frequency)]
    if len(payload) >= 4 and struct.unpack_from("<I", payload)[0] < 1 << 16:
        return [s for part, n in chunks(payload, count) for s in rans_words(part, n, r, slots, 8)]
    return rans_words(payload, count, r, slots, 1 if count < 1024 else 4)


def rans_words(payload, count, r, slots, interleaved):
    need(len(payload) >= 4 * interleaved and len(payload) % 2 == 0, "length of the payload")
    states = list(struct.unpack_from("<%dI" % interleaved, payload))
    need(min(states) >= 1 << 16, "state below 65536")
    symbols, at = [], 4 * interleaved
    for i in range(count):
        x = states[i % interleaved]
        symbol, frequency, offset = slots[x % (1 << r)]
        x = frequency * (x >> r) + offset
        if x < 1 << 16:
            need(at < len(payload), "words end early")
            x, at = x << 16 | payload[at] | payload[at + 1] << 8, at + 2
        states[i % interleaved] = x
        symbols.append(symbol)
    need(at == len(payload), "words are left over")
    need(states == [1 << 16] * interleaved, "states do not end at 65536")
    return symbols


def rans_frequencies(table, width):
    bits = Bits(table)

    def unary():
        zeros = 0
        while not bits.bit():
            zeros += 1
            need(zeros <= 32, "number of too many bits")
        return zeros

    last, r = bits.number(width), 8 + bits.number(4)
    need(r <= 16, "frequencies add up to 2^%d" % r)
    frequencies, left, size, symbol = {}, 1 << r, r, 0
    while symbol < last:
        if not bits.bit():
            low = unary()
            symbol += 1 << low | bits.number(low)
            need(symbol <= last, "run past the last symbol")
        if symbol < last:
            z = unary()
            size += -(z + 1) // 2 if z % 2 else z // 2
            need(1 <= size <= r, "frequency of %d bits" % size)
            frequencies[symbol] = 1 << size - 1 | bits.number(size - 1)
            left -= frequencies[symbol]
            symbol += 1
    need(left > 0, "nothing is left for the last symbol")
    frequencies[last] = left
    need(bits.at_end(), "frequency table has a wrong length")
    return r, frequencies


def tunstall(table, payload, count, width):
    need(width <= 8, "tunstall does not code %d bits" % width)
    need((count == 0) == (not table), "table and stream do not agree")
    if count == 0:
        need(not payload, "an empty stream needs no payload")
        return []
    size = table[-1]
    need(size in (8, 12, 16), "codewords of %d bits" % size)
    r, frequencies = rans_frequencies(table[:-1], width)
    if len(frequencies) == 1:
        need(not payload, "one symbol needs no payload")
        return list(frequencies) * count
    words = tunstall_words(r, frequencies, size)
    numbers = packed(b"", payload, 8 * len(payload) // size, size)
    symbols = []
    for number in numbers:
        need(number < len(words) and len(symbols) < count, "codeword %d" % number)
        symbols += words[number]
    need(len(symbols) >= count, "codewords end early")
    need(set(symbols[count:]) <= {min(frequencies)}, "last word goes on otherwise")
    return symbols[:count]


def tunstall_words(r, frequencies, size):
    """The symbols of each word. A heap has the most probable word first."""
    shares = sorted((symbol, frequency / 2 ** r) for symbol, frequency in frequencies.items())
    words = [(symbol,) for symbol, _ in shares]
    made = len(words)
    heap = [(-share, symbol, i, i) for i, (symbol, share) in enumerate(shares)]
    heapq.heapify(heap)
    while len(words) + len(shares) - 1 <= 1 << size:
        probability, _, _, number = heapq.heappop(heap)
        word = words[number]
        for i, (symbol, share) in enumerate(shares):
            if i == 0:
                words[number] = word + (symbol,)
            else:
                number = len(words)
                words.append(word + (symbol,))
            heapq.heappush(heap, (probability * share, symbol, made, number))
            made += 1
    return words


def cabac(table, payload, count, width):
    need(width <= 16, "cabac does not code %d bits" % width)
    need((count == 0) == (not table), "table and stream do not agree")
    if count == 0:
        need(not payload, "an empty stream needs no payload")
        return []
    bits = Bits(table)
    kind = bits.number(2)
    centre = bits.number(width) if kind >= 2 else 0
    need(bits.at_end(), "binarisation has a wrong length")
    if kind == 3:
        need(not payload, "one symbol needs no payload")
        return [centre] * count
    need(count <= (len(payload) + 4) * 8 * 4096, "more symbols than the payload can have")
    arithmetic, before, beforethat, sign, symbols = Arithmetic(payload), 0, 0, 0, []
    for _ in range(count):
        activity = min(15, before + beforethat)
        symbol = length = arithmetic.bit("zero", activity)
        if symbol and kind == 0:
            node = 1
            for i in range(width):
                known = i == width - 1 and node == 1 << i
                node = 2 * node + (1 if known else arithmetic.bit("tree", node))
            symbol = node - (1 << width)
        elif symbol:
            negative = 0
            if kind == 1 or centre > 0:
                negative = arithmetic.bit("sign", sign)
                sign = 1 + negative
            while length < width and arithmetic.bit("length", activity, length):
                length += 1
            magnitude = 1
            for i in range(length - 1):
                equal = i >= 3
                magnitude = 2 * magnitude + (
                    arithmetic.equal_bit() if equal else arithmetic.bit("low", length, magnitude))
            if kind == 1:
                symbol = (1 << width) - magnitude if negative else magnitude
                need(magnitude < (1 << width - 1) + negative, "magnitude %d" % magnitude)
            else:
                symbol = centre + 1 - magnitude if negative else centre + magnitude
                need(1 <= symbol < 1 << width, "magnitude %d" % magnitude)
        before, beforethat = length, before
        symbols.append(symbol)
    arithmetic.finish()
    return symbols


class Arithmetic:
    """Decodes bits with adaptive probabilities."""
    def __init__(self, payload):
        self.data, self.at = payload + b"\0\0", 4
        need(len(self.data) >= 4, "payload ends early")
        self.offset, self.range, self.states = int.from_bytes(self.data[:4], "big"), 2 ** 32 - 1, {}

    def bit(self, *context):
        p, seen = self.states.get(context, (1 << 21, 0))
        bit = self.decode((self.range >> 16) * (p >> 6))
        target = (1 << 22) - (1 << 10) if bit else 1 << 10
        p += (target - p) * ((1 << 17) // (2 * seen + 3)) >> 16
        self.states[context] = p, min(255, seen + 1)
        return bit

    def equal_bit(self):
        self.range >>= 1
        return self.decode(self.range, self.range)

    def decode(self, one, zero=None):
        """A bit whose 1 has that part of the range; its 0 what is left of it, or that part."""
        bit = int(self.offset < one)
        self.offset -= 0 if bit else one
        self.range = one if bit else self.range - one if zero is None else zero
        while self.range < 1 << 24:
            need(self.at < len(self.data), "payload ends early")
            self.range, self.offset = self.range << 8, self.offset << 8 | self.data[self.at]
            self.at += 1
        return bit

    def finish(self):
        need(self.at == len(self.data), "payload goes on after the last symbol")
        need(self.offset < 1 << 16, "payload is not that of its symbols")


def zstd(table, payload, count, width):
    need((count == 0) == (not table), "table and stream do not agree")
    if count == 0:
        need(not payload, "an empty stream needs no payload")
        return []
    need(table in (b"\0", b"\1"), "layout of the symbols")
    symbols = packed(b"", unzstd(payload), count, (width + 7) // 8 * 8 if table[0] else width)
    need(max(symbols) < 1 << width, "symbol of more than %d bits" % width)
    return symbols


def unzstd(payload):
    """What a Zstandard frame holds: by Python from 3.14 on, before by the program zstd."""
    try:
        from compression.zstd import decompress
    except ImportError:
        run = subprocess.run(["zstd", "-dcq"], input=payload, stdout=subprocess.PIPE, check=False)
        need(run.returncode == 0, "Zstandard frame")
        return run.stdout
    return decompress(payload)


# 6.6 Wavelet trees
def wavelet(table, payload, count, width):
    """The smallest tree: groups of narrow symbols, or symbols without their low bits."""
    need(width <= 16, "wavelet does not code %d bits" % width)
    if width < 3:
        group = 4 // width
        groups = huffman_tree(table, payload, -(-count // group), 4, sparse)
        symbols = [g >> i * width & (1 << width) - 1 for g in groups for i in range(group)]
        need(not any(symbols[count:]), "filling bits are not zero")
        return symbols[:count]
    if count == 0:
        need(not table and not payload, "an empty stream needs no bytes")
        return []
    need(table and table[0] < width, "low bits outside of the tree")
    low = table[0]
    split = len(payload) - (count * low + 7) // 8
    need(split >= 0, "low bits end early")
    high = huffman_tree(table[1:], payload[:split], count, width - low, sparse)
    lows = packed(b"", payload[split:], count, low) if low else [0] * count
    return [h << low | l for h, l in zip(high, lows)]


def huffman_tree(table, payload, count, width, bit_vector):
    need((count == 0) == (not table), "table and stream do not agree")
    lengths = code_lengths(table[5:], 1 << width) if table else []
    used = sorted((length, symbol) for symbol, length in enumerate(lengths) if length)
    size = int.from_bytes(table[:5], "little")
    if len(used) < 2:
        need(not payload and size == 0, "one symbol needs no bits")
        return [symbol for _, symbol in used] * count
    need(sum(1 << (20 - length) for length, _ in used) == 1 << 20, "code is not complete")
    need(count <= size <= 20 * count, "bits of %d symbols" % count)
    bits = bit_vector(payload, size)
    nodes, end, symbols, merges, depth = [(0, count)], count, iter(used), [], 0
    while nodes:
        # The children of a level's nodes: its leaves, then the nodes of the next level.
        depth, inner = depth + 1, []
        leaves = sum(1 for length, _ in used if length == depth)
        for begin, length in nodes:
            ones = sum(bits[begin:begin + length])
            children = []
            for part in (length - ones, ones):
                if leaves > 0:
                    leaves -= 1
                    children.append([next(symbols)[1]] * part)
                else:
                    need(end + part <= size, "nodes have too many bits")
                    inner.append((end, part))
                    children.append(None)
                    end += part
            merges.append((bits[begin:begin + length], children))
        nodes = inner
    need(end == size, "nodes have too few bits")
    pending = []
    for own, children in reversed(merges):
        # Inner children were met before, the last one first.
        for d in (1, 0):
            if children[d] is None:
                children[d] = pending.pop(0)
        sources = [iter(child) for child in children]
        pending.append([next(sources[bit]) for bit in own])
    return pending[0]


def levels_of(table, payload, count, width, log, digits_of, nested):
    """A sequence by levels of digits, ordered as in a matrix or nested."""
    need(width <= 16, "wavelet trees do not code %d bits" % width)
    if count == 0:
        need(not table and not payload, "an empty stream needs no bytes")
        return []
    need(len(table) == 3, "table of %d bytes" % len(table))
    bits, base = table[0], table[1] | table[2] << 8
    need(bits % log == 0 and bits < width + log and not base >> width
         and not base & (1 << bits) - 1, "table of %d bits" % bits)
    if bits == 0:
        need(not payload, "one symbol needs no bits")
        return [base] * count
    digits = digits_of(payload, bits // log * count)
    # The symbols of the level in its order, each as what is known of it and its first place.
    order = [(0, i) for i in range(count)]
    for level in range(bits // log):
        own = digits[level * count:(level + 1) * count]
        order = [(known << log | d, i) for (known, i), d in zip(order, own)]
        mask = -1 if nested else (1 << log) - 1
        order.sort(key=lambda entry: entry[0] & mask)
    symbols = [0] * count
    for known, i in order:
        need(not known >> width, "symbol of too many bits")
        symbols[i] = base | known
    return symbols


def words(data):
    need(len(data) % 8 == 0, "bits are no words")
    return list(struct.unpack("<%dQ" % (len(data) // 8), data))


def bits_of(values):
    return [word >> i & 1 for word in values for i in range(64)]


def blocks(payload, size):
    need(len(payload) == 72 * (size // 512 + 1), "bits in blocks have another length")
    all_words, bits, ones = words(payload), [], 0
    for at in range(0, len(all_words), 9):
        block = all_words[at + 1:at + 9]
        inside = [sum(bin(w).count("1") for w in block[:k]) for k in (2, 4, 6, 8)]
        need(all_words[at] == ones | inside[2] << 38 | inside[1] << 47 | inside[0] << 56,
             "counts of a block")
        bits += bits_of(block)
        ones += inside[3]
    need(not any(bits[size:]), "bits after the last one")
    return bits[:size]


def sparse(payload, size):
    plain = (size + 63) // 64 * 8
    need(len(payload) == plain + size // 4096 * 4, "bits have another length")
    bits = bits_of(words(payload[:plain]))
    for k, count in enumerate(struct.unpack_from("<%dI" % (size // 4096), payload, plain)):
        need(sum(bits[:4096 * (k + 1)]) == count, "count of 4096 bits")
    need(not any(bits[size:]), "bits after the last one")
    return bits[:size]


def rrr_bits(block):
    def read(payload, size):
        count = -(-size // block)
        samples = max(0, count - 1) // 32 * 8
        class_bits = block.bit_length()
        at = samples + (count * class_bits + 7) // 8
        need(len(payload) >= at + 16, "bits end early")
        classes = packed(b"", payload[samples:at], count, class_bits)
        ranks, bits, ones = Bits(payload[at:]), [], 0
        for b, k in enumerate(classes):
            if b % 32 == 0 and b > 0:
                need(struct.unpack_from("<II", payload, b // 4 - 8) == (ones, ranks.at), "sample")
            choices = binomial(block, k)
            rank = ranks.number((choices - 1).bit_length())
            need(rank < choices, "rank %d of %d" % (rank, choices))
            one, place = set(), block
            for j in range(k, 0, -1):
                place = next(p for p in range(place - 1, -1, -1) if binomial(p, j) <= rank)
                rank -= binomial(place, j)
                one.add(place)
            bits += [1 if p in one else 0 for p in range(block)]
            ones += k
        need(len(payload) - at == 8 * (ranks.at // 64 + 2), "ranks go on")
        need(not any(payload[at + ranks.at // 8 + 1:]), "ranks go on")
        need(ranks.at % 8 == 0 or not payload[at + ranks.at // 8] >> ranks.at % 8, "ranks go on")
        need(not any(bits[size:]), "bits after the last one")
        return bits[:size]
    return read


def quads(payload, size):
    count = size // 256 + 1
    large = (count // 256 + 1) * 16
    need(len(payload) == large + 72 * count + 8, "digits have another length")
    all_words, digits, total, base = words(payload[large:]), [], [0] * 4, [0] * 4
    for b in range(count + 1):
        if b % 256 == 0:
            base = list(total)
            need(struct.unpack_from("<4I", payload, b // 256 * 16) == tuple(base), "large counts")
        small = [total[d] - base[d] for d in range(4)]
        need(all_words[9 * b] == sum(small[d] << 16 * d for d in range(4)), "counts of a block")
        for w in range(4 if b < count else 0):
            high, low = all_words[9 * b + 1 + 2 * w:9 * b + 3 + 2 * w]
            part = [2 * (high >> i & 1) + (low >> i & 1) for i in range(64)]
            digits += part
            for d in part:
                total[d] += 1
    need(not any(digits[size:]), "digits after the last one")
    return digits[:size]


def by_levels(log, digits_of, nested=False):
    return lambda table, payload, count, width: levels_of(
        table, payload, count, width, log, digits_of, nested)


# 6.7 The place of a stream, mix and context --------------------------------------------------------
NO_PLACE = ((), 1, 1)


def place_of(index, name, role, shape, states=1):
    """Shape, weights a symbol stands for, and states of the machine."""
    if index == "dense":
        return shape, 1, states if role == 1 else 1
    return (shape, 8, 1) if index == "bitmap" and (name, role) == ("mask", 0) else NO_PLACE


def states_of(values):
    """States of the machine that a codebook's values depend on."""
    return len(values[1][1][0]) if values and isinstance(values[1], tuple) else 1


def quantiser(states, state):
    return STATES[states][1][state] if states > 1 else 0


def next_state(states, state, symbol):
    return STATES[states][0][state][symbol & 1] if states > 1 else 0


class Axes:
    """What the dimensions of a tensor are taken for."""
    def __init__(self, shape):
        dims = [d for d in shape if d != 1]
        inner = dims[1:] if len(dims) > 1 else dims
        longest = inner.index(max(inner)) if inner else 0
        self.channels = inner[longest] if inner else 1
        strides, stride = [], 1
        for d in reversed(inner):
            strides.insert(0, stride)
            stride *= d
        self.columns, self.channel = stride, strides[longest] if inner else 1
        others = [s for i, s in enumerate(strides) if i != longest][::-1] + [0, 0]
        self.kernel, self.upper = others[0] or 2, others[1] or 3
        self.row = stride if len(dims) > 1 else 0
        self.size = stride // max(1, self.channels)

    def place(self, column):
        outer = column // (self.channel * self.channels) * self.channel
        return min(63, column % self.channel + outer + 1) if self.size > 1 else 0


def level(mean):
    top = (mean | 4).bit_length() - 1
    return max(0, min(63, 4 * top + (mean >> top - 2 & 3) - 16))


def mean_of(at):
    return (4 + (at & 3) << (at + 16 >> 2)) >> 2


def squashes():
    table, power = [0] * 4095, 1 << 30
    for x in range(2048):
        below = (power << 16) // ((1 << 30) + power)
        table[2047 - x], table[2047 + x] = below, (1 << 16) - below
        power = power * 4278222805 + (1 << 31) >> 32
    return table


SQUASH = squashes()
STRETCH = [next((x for x in range(4095) if SQUASH[x] >= 16 * i + 8), 4094) - 2047
           for i in range(4096)]


def counter_after(counter, bit, limit=1023):
    p, seen = counter
    target = (1 << 22) - 1024 if bit else 1024
    return p + ((target - p) * ((1 << 17) // (2 * seen + 3)) >> 16), min(limit, seen + 1)


class Mixer:
    """Mixes what contexts have seen; logits of other predictions may be given."""
    def __init__(self, inputs, lead, half, least, knots):
        rest = ((1 << 16) - lead) // (inputs - 1)
        self.first = [lead] + [rest] * (inputs - 1)
        self.half, self.least, self.knots = half, least, knots
        self.counters, self.weights, self.past = {}, {}, {}

    def predict(self, slots, given, sets, kind):
        lead = self.counters.get(slots[0], (1 << 21, 0))
        logits = []
        for slot in slots:
            if self.counters.get(slot, (0, 0))[1] == 0:
                self.counters[slot] = lead[0], 1
            logits.append(STRETCH[self.counters[slot][0] >> 10])
        logits += given
        chosen = [self.weights.setdefault(name, [0, self.first[:]]) for name in sets]
        mixed = [clip(sum(x * w for x, w in zip(logits, weights)) >> 16)
                 for _, weights in chosen]
        logit = sum(mixed) // len(mixed)
        at, part = logit + 2048 >> 7, logit + 2048 & 127
        knots = self.past.setdefault(
            kind, [(min(65535, squash(128 * (i - 16))), 0) for i in range(33)])
        past = knots[at][0] * (128 - part) + knots[at + 1][0] * part >> 7
        self.last = slots, logits, chosen, mixed, knots, at + (part >> 6)
        return max(16, min(65520, squash(logit) + past >> 1))

    def learn(self, bit):
        slots, logits, chosen, mixed, knots, knot = self.last
        for use, one in zip(chosen, mixed):
            seen, weights = use
            use[0] = min(1023, seen + 1)
            rate = max(self.least, 224 * self.half // (self.half + seen))
            learn(weights, logits, ((bit << 16) - squash(one)) * rate >> 6)
        for slot in slots:
            self.counters[slot] = counter_after(self.counters[slot], bit)
        past, seen = knots[knot]
        step = max(128, (1 << 16) // (seen + self.knots))
        knots[knot] = past + (((bit << 16) - bit - past) * step >> 16), min(1023, seen + 1)


def clip(logit):
    return max(-2047, min(2047, logit))


def squash(logit):
    return SQUASH[clip(logit) + 2047]


def learn(weights, logits, error):
    for i, logit in enumerate(logits):
        weights[i] += logit * error + (1 << 15) >> 16


class Neighbours:
    """Magnitudes and signs before the next weight, and means of them."""
    def __init__(self, axes, start):
        self.axes, self.numbers = axes, []
        self.of_column, self.of_channel = [start] * axes.columns, [start] * axes.channels
        self.above, self.seen = [0] * axes.columns, [0] * axes.channels
        self.signed_of_column = [0] * axes.columns
        self.row_mean = self.fast = self.mean = start
        self.column = self.row = 0

    def number(self, distance):
        return self.numbers[-distance] if 0 < distance <= len(self.numbers) else 0

    def size(self, distance):
        return abs(self.number(distance))

    def sign(self, distance):
        number = self.number(distance)
        return 0 if number == 0 else 1 if number > 0 else 2

    def signed(self):
        return self.signed_of_column[self.column]

    def channel_mean(self):
        return self.of_channel[self.column // self.axes.channel % self.axes.channels]

    def place(self):
        return self.axes.place(self.column)

    def add(self, number):
        def moved(mean, seen, to=None):
            to = value if to is None else to
            return mean + ((to - mean) * ((1 << 17) // (2 * min(255, seen) + 3)) >> 16)

        self.numbers.append(number)
        value, c = abs(number) << 12, self.column
        self.signed_of_column[c] = moved(self.signed(), self.row + 3, number << 12)
        channel = c // self.axes.channel % self.axes.channels
        self.above[c] = (self.above[c] << 1 | (number != 0)) & 255
        self.of_column[c] = moved(self.of_column[c], self.row + 3)
        self.of_channel[channel] = moved(self.of_channel[channel], self.seen[channel] + 3)
        self.seen[channel] += 1
        self.row_mean = moved(self.row_mean, c + 2)
        self.fast += value - self.fast >> 4
        self.mean += value - self.mean >> 10
        self.column += 1
        if self.column == self.axes.columns:
            self.column, self.row, self.row_mean = 0, self.row + 1, self.mean


ZERO, SIGN, LENGTH, MANTISSA = 0, 1, 2, 17


class MaskContexts:
    """Contexts of the bits of a mask."""
    def __init__(self, around, states, model):
        self.around, self.model, self.state, self.states = around, model, 0, states
        self.mixer = Mixer(7, 20000, 64, 6, 512) if model == 1 else Mixer(7, 12000, 64, 6, 32)

    def look(self):
        a, x = self.around, self.around.axes
        left, left2 = a.size(1), a.size(2)
        channel, kernel, upper = a.size(x.channel), a.size(x.kernel), a.size(x.upper)
        above, column = a.above[a.column], a.of_column[a.column]
        every = 4 * a.row_mean + 4 * column + 2 * a.channel_mean() + a.fast
        near = left + left2 + channel + kernel + upper + bin(above).count("1")
        self.level = level((every + 2 * near * (4096 // 13)) // 13 if self.model == 1
                           else every // 11)
        self.slots = [
            (0, self.level), (1, a.place()), (2, level(a.row_mean) // 2, level(column) // 2),
            (3, above, left, channel, kernel),
            (4, left, left2, channel, kernel, upper, level(column))]
        self.given = [STRETCH[min(65535, mean << 4) >> 4] for mean in (a.row_mean, column)]

    def predict(self, bit):
        chosen = 0 if self.model == 1 else self.around.place()
        return self.mixer.predict(self.slots, self.given, [chosen], self.level)


def size_class(magnitude):
    return magnitude if magnitude < 3 else min(7, 2 + (magnitude - 1).bit_length())


class FirstValueContexts:
    """Contexts of the bits of numbers in the first model."""
    low_bits, sign_first = 7, True

    def __init__(self, around, states):
        self.around, self.state, self.states = around, 0, states
        self.mixer = Mixer(9, 20000, 64, 16, 512)

    def look(self):
        a, x, c = self.around, self.around.axes, size_class
        left, left2, channel = a.size(1), a.size(2), a.size(x.channel)
        kernel, upper, up, up2 = a.size(x.kernel), a.size(x.upper), a.size(x.row), a.size(2 * x.row)
        row, column, of_channel, fast = a.row_mean, a.of_column[a.column], a.channel_mean(), a.fast
        near = (2 * (left + kernel + channel + up) + left2 + upper + up2) * (4096 // 11)
        self.level = level((4 * row + 3 * column + 2 * of_channel + 2 * fast + 3 * near) // 14)
        q, place = quantiser(self.states, self.state), a.place()
        self.contexts = [
            (self.level, q), (place, self.state), (q, level(row) // 2, level(column) // 2),
            (c(left), c(channel), c(upper)), (c(kernel), c(left), place),
            (level(of_channel) // 4, place), (q, level(fast) // 2, level(near) // 2),
            (level(row), c(channel)), (level(column), c(up))]

    def predict(self, bit):
        slots = [(i, bit) + context for i, context in enumerate(self.contexts)]
        if slots[0] not in self.mixer.counters:
            self.mixer.counters[slots[0]] = self.prior(bit) << 6, 4
        return self.mixer.predict(slots, [], [(bit, self.state)], (self.level, bit))

    def prior(self, bit):
        more = geometric(self.level)
        power = (more << 16) // ((1 << 16) + more) if bit >= MANTISSA else more
        for _ in range(LENGTH, bit if LENGTH < bit < MANTISSA else LENGTH):
            power = power * power >> 16
        return max(64, min(65472, power))

    def low(self, length, prefix):
        return MANTISSA + prefix

    def predict_sign(self, magnitude):
        a, x = self.around, self.around.axes
        left, left2, kernel = a.sign(1), a.sign(2), a.sign(x.kernel)
        channel, upper, up, up2 = (a.sign(d) for d in (x.channel, x.upper, x.row, 2 * x.row))
        contexts = [(), (left, kernel, upper), (left, left2, upper), (left, up, up2),
                    (left, kernel, channel), (left, kernel), (left, kernel, upper, left2),
                    (channel, up), (kernel, upper)]
        slots = [(i, SIGN, a.place()) + context for i, context in enumerate(contexts)]
        return self.mixer.predict(slots, [], [(SIGN, 0)], SIGN)

    def learn_sign(self, negative):
        self.mixer.learn(negative)


def geometric(at):
    mean = mean_of(at)
    return (mean << 16) // (mean + 4096)


class Signs:
    """Probabilities of negative numbers."""
    def __init__(self, around):
        self.around, self.places, self.counters = around, {}, {}

    def weights(self):
        place, x = self.around.place(), self.around.axes
        width = x.upper // x.kernel
        if width == 0 or x.size % width:
            width = max(1, x.size)
        row, column = divmod(max(0, place - 1), width)
        return self.places.setdefault(place, [0, [
            -20000 if column else 0, -20000 if row else 0, 8000 if column and row else 0,
            4000 if row > 1 else 0, -16000 if x.size <= 1 else 0, 16000]])

    def numbers(self):
        a, x = self.around, self.around.axes
        return [a.number(d) for d in (x.kernel, x.upper, x.upper + x.kernel, 2 * x.upper)]

    def expected(self):
        weights = self.weights()[1]
        total = sum(n * w for n, w in zip(self.numbers(), weights)) << 12
        total += self.around.signed() * weights[4]
        return max(-(1 << 28), min(1 << 28, -total >> 16))

    def predict(self, magnitude, mean):
        least = max(mean, 256)
        scale = min(1 << 34, (magnitude << 32) // (least * least >> 12))
        self.key = self.around.place(), min(3, size_class(magnitude))
        self.logits = [clip(n * scale >> 12) for n in self.numbers()]
        self.logits.append(clip(self.around.signed() * scale >> 24))
        self.logits.append(STRETCH[self.counters.get(self.key, (1 << 21, 1))[0] >> 10])
        weights = self.weights()[1]
        self.mixed = squash(sum(x * w for x, w in zip(self.logits, weights)) >> 16)
        return max(64, min(65472, self.mixed))

    def learn(self, negative):
        use = self.weights()
        rate = max(5, 144 * 192 // (192 + use[0]))
        use[0] = min(65535, use[0] + 1)
        learn(use[1], self.logits, ((negative << 16) - self.mixed) * rate >> 6)
        counter = self.counters.get(self.key, (1 << 21, 1))
        self.counters[self.key] = counter_after(counter, negative)


class ValueContexts:
    """Contexts of the bits of numbers."""
    low_bits, sign_first = 4, False

    def __init__(self, around, states):
        self.around, self.state, self.states = around, 0, states
        self.mixer, self.signs = Mixer(10, 20000, 256, 16, 32), Signs(around)

    def look(self):
        a, x, c = self.around, self.around.axes, size_class
        left, left2, channel = a.size(1), a.size(2), a.size(x.channel)
        kernel, upper, up, up2 = a.size(x.kernel), a.size(x.upper), a.size(x.row), a.size(2 * x.row)
        row, column, of_channel, fast = a.row_mean, a.of_column[a.column], a.channel_mean(), a.fast
        near = (2 * (left + kernel + channel + up) + left2 + upper + up2) * (4096 // 11)
        self.level = level((4 * row + 3 * column + 2 * of_channel + 2 * fast + 3 * near) // 14)
        self.q, self.sizes = quantiser(self.states, self.state), (c(left), c(channel))
        q, place = self.q, a.place()
        product = min(1 << 24, row * of_channel // max(64, a.mean))
        self.contexts = [
            (self.level, q), (q, level(row) // 2, level(column) // 2), (c(kernel), c(left), place),
            (level(of_channel) // 4, place), (q, level(fast) // 2, level(near) // 2),
            (level(row), c(channel)), (level(column), c(up)),
            (q, level(abs(self.signs.expected()))), (q, level(product)),
            (q,) + tuple(min(3, a.size(d)) for d in (1, 2, 3, 4))]

    def predict(self, bit):
        slots = [(i, bit) + context for i, context in enumerate(self.contexts)]
        if slots[0] not in self.mixer.counters:
            self.mixer.counters[slots[0]] = self.prior(bit) << 6, 4
        sets = [("q", bit, self.q), ("sizes", bit) + self.sizes, ("level", bit, self.level // 4)]
        return self.mixer.predict(slots, [], sets, (self.level, bit))

    def prior(self, bit):
        power, squares = geometric(self.level), bit - LENGTH
        if bit >= MANTISSA:
            length, prefix = divmod(bit - MANTISSA, 16)
            squares = length - 1 - prefix.bit_length()
        for _ in range(squares):
            power = power * power >> 16
        if bit >= MANTISSA:
            power = (power << 16) // ((1 << 16) + power)
        return max(64, min(65472, power))

    def low(self, length, prefix):
        return MANTISSA + 16 * length + prefix

    def predict_sign(self, magnitude):
        return self.signs.predict(magnitude, mean_of(self.level))

    def learn_sign(self, negative):
        self.signs.learn(negative)


def placed(read):
    """A coder whose contexts are what lies around a weight: its table, masks and numbers."""
    def decode(table, payload, count, width, place=NO_PLACE):
        need(width <= 16, "%d bits" % width)
        need((count == 0) == (not table), "table and stream do not agree")
        if count == 0:
            need(not payload, "an empty stream needs no payload")
            return []
        shape, weights, states = place
        size = 1
        for d in shape:
            size *= d
        if not shape or (size + weights - 1) // weights != count or weights not in (1, width):
            shape, weights, states, size = (count,), 1, 1, count
        kind = table[0] & 3
        mask = weights > 1 and kind != 3
        length = (2 + ((1 if mask else width) if kind >= 2 else 0) + 7) // 8
        bits = Bits(table[:length])
        bits.number(2)
        centre = bits.number(1 if mask else width) if kind >= 2 else 0
        need(bits.at_end(), "binarisation has a wrong length")
        if kind == 3:
            need(not payload and len(table) == length, "one symbol needs no payload")
            return [centre] * count
        need(len(table) > length and table[length] < 64, "level of the mean")
        need(size <= (len(payload) + 8) * 8 * 4096, "more symbols than the payload can have")
        numbers = read(table[length + 1:], payload, size, 1 if mask else width,
                       kind == 1 or centre > 0, Axes(shape), mean_of(table[length]), states,
                       lambda number: symbol_of(kind, centre, 1 if mask else width, number))
        if not mask:
            return numbers
        return [sum(bit << i for i, bit in enumerate(numbers[at:at + 8]))
                for at in range(0, size, 8)]
    return decode


def symbol_of(kind, centre, width, number):
    if number == 0:
        return 0
    if kind == 1:
        need(-(1 << width - 1) <= number < 1 << width - 1, "number %d" % number)
        return number & (1 << width) - 1
    symbol = centre + number if number > 0 else centre + 1 + number
    need(1 <= symbol < 1 << width, "number %d" % number)
    return symbol


def mix(table, payload, count, width, signed, axes, start, states, symbol_of_number):
    need(table in (b"", b"\2"), "model, or table goes on after its end")
    arithmetic, symbols = Arithmetic(payload), []
    around, model = Neighbours(axes, start), table[0] if table else 1
    contexts = (MaskContexts(around, states, model) if width == 1 else
                (FirstValueContexts if model == 1 else ValueContexts)(around, states))

    def coded(one, learn):
        found = arithmetic.decode(arithmetic.range * one >> 16)
        learn(found)
        return found

    def bit(which):
        return coded(contexts.predict(which), contexts.mixer.learn)

    def sign(magnitude):
        return coded(contexts.predict_sign(magnitude), contexts.learn_sign)

    for _ in range(count):
        contexts.look()
        magnitude, negative, length = bit(ZERO), 0, 1
        if magnitude and width > 1:
            if signed and contexts.sign_first:
                negative = sign(0)
            while length < width and bit(LENGTH + length - 1):
                length += 1
            for i in range(length - 1):
                low = (bit(contexts.low(length, magnitude)) if i < contexts.low_bits
                       else arithmetic.equal_bit())
                magnitude = 2 * magnitude + low
            if signed and not contexts.sign_first:
                negative = sign(magnitude)
        number = -magnitude if negative else magnitude
        symbols.append(symbol_of_number(number))
        contexts.around.add(number)
        contexts.state = next_state(states, contexts.state, symbols[-1])
    arithmetic.finish()
    return symbols


class Frequencies:
    """The tokens of a class of context: counts, and frequencies of 2^12 together."""
    def __init__(self, tokens, at):
        mean = mean_of(at)
        more, left, self.counts = (mean << 16) // (mean + 4096), 32 << 16, []
        for token in range(tokens):
            tail = left
            for _ in range(1 << low_bits(token)):
                tail = tail * more >> 16
                if not tail:
                    break
            self.counts.append(left - tail >> 16)
            left = tail
        self.until = sum(self.counts) + 16
        self.scale()

    def scale(self):
        total = max(1, sum(self.counts))
        self.shares = [1 + count * (4096 - len(self.counts)) // total for count in self.counts]
        self.shares[self.counts.index(max(self.counts))] += 4096 - sum(self.shares)

    def saw(self, token):
        self.counts[token] += 1
        total = sum(self.counts)
        if total == self.until:
            self.until = total + max(8, total >> 2)
            self.scale()


def low_bits(token):
    return 0 if token < 16 else 2 + (token - 16) // 4


class Words:
    """rANS with steps of different frequencies, in one or two states that take turns."""
    def __init__(self, payload, states):
        need(len(payload) >= 4 * states and len(payload) % 2 == 0, "payload of rans")
        self.states = list(struct.unpack("<%dI" % states, payload[:4 * states]))
        need(min(self.states) >= 1 << 16, "state below 65536")
        self.words, self.at = payload, 4 * states

    def step(self, shares):
        """Which of the ranges of these frequencies, which add up to 2^12."""
        x = self.states[0]
        slot, start, found = x & 4095, 0, 0
        while slot >= start + shares[found]:
            start += shares[found]
            found += 1
        self.take(shares[found] * (x >> 12) + slot - start)
        return found

    def plain(self, bits):
        x = self.states[0]
        self.take(x >> bits)
        return x & (1 << bits) - 1

    def take(self, x):
        if x < 1 << 16:
            need(self.at + 2 <= len(self.words), "payload ends early")
            x = x << 16 | struct.unpack_from("<H", self.words, self.at)[0]
            self.at += 2
        self.states[0] = x

    def turn(self):
        self.states.append(self.states.pop(0))

    def finish(self):
        need(self.at == len(self.words), "payload goes on after the last symbol")
        need(all(x == 1 << 16 for x in self.states), "payload is not that of its symbols")


def context(table, payload, count, width, signed, axes, start, states, symbol_of_number):
    need(1 <= len(table) <= 24, "%d classes" % len(table))
    tokens, cuts = (table[0] & 127) + 1, [0] + list(table[1:])
    need(2 <= tokens <= 64, "%d tokens" % tokens)
    need(all(a < b < 64 for a, b in zip(cuts, cuts[1:])), "classes")
    classes = {}

    def of_class(at, state):
        c = max(i for i, cut in enumerate(cuts) if cut <= at)
        which = state if table[0] & 128 else quantiser(states, state)
        if (c, which) not in classes:
            end = cuts[c + 1] if c + 1 < len(cuts) else 64
            middle = (end - end // 8 if c == 0 else
                      (cuts[c] + end) // 2 if c + 1 < len(cuts) else cuts[c] + 2)
            classes[c, which] = Frequencies(tokens, min(63, middle))
        return classes[c, which]

    words, state, symbols, numbers = Words(payload, 1 if count < 1024 else 2), 0, [], []
    of_column, of_place, signs = [start] * axes.columns, [start] * 64, {}
    row = last = start
    kernel = signed and axes.size > 1

    def sign_before(distance):
        number = numbers[-distance] if distance <= len(numbers) else 0
        return 0 if number == 0 else 1 if number > 0 else 2

    for i in range(count):
        c = i % axes.columns
        place = axes.place(c)
        chosen = of_class(level(6 * row + 2 * of_column[c] + 6 * last + 2 * of_place[place] >> 4),
                          state)
        token = words.step(chosen.shares)
        raw = words.plain(low_bits(token) + (signed and not kernel) if token else 0)
        negative = 0
        if token and signed and not kernel:
            raw, negative = raw >> 1, raw & 1
        magnitude = token if token < 16 else (4 + token % 4 << low_bits(token)) + raw
        if kernel and magnitude:
            key = place, sign_before(1), sign_before(axes.kernel), sign_before(axes.upper)
            counter = signs.get(key, (1 << 21, 2))
            share = max(32, min(4064, counter[0] >> 10))
            negative = 1 - words.step([share, 4096 - share])
            p, seen = counter
            p += (negative * ((1 << 22) - 1) - p) * ((1 << 17) // (2 * seen + 3)) >> 16
            signs[key] = p, min(255, seen + 1)
        words.turn()
        numbers.append(-magnitude if negative else magnitude)
        symbols.append(symbol_of_number(numbers[-1]))
        chosen.saw(token)
        value = magnitude << 12
        row += value - row >> 5
        last += value - last >> 1
        of_column[c] += value - of_column[c] >> 4
        of_place[place] += value - of_place[place] >> 6
        state = next_state(states, state, symbols[-1])
    words.finish()
    return symbols


PLACED = {"mix": placed(mix), "context": placed(context)}


def coded_stream(coder, table, payload, count, width, place=NO_PLACE):
    """The symbols of a stream, by a coder that may know of their place."""
    if coder in PLACED:
        return PLACED[coder](table, payload, count, width, place)
    return CODERS[coder](table, payload, count, width)


CODERS = {
    "packed": packed,
    "huffman": huffman,
    "rans": rans,
    "tunstall": tunstall,
    "cabac": cabac,
    "zstd": zstd,
    "wavelet": wavelet,
    "wavelet-fast": lambda table, payload, count, width: huffman_tree(
        table, payload, count, width, blocks),
    "wavelet-balanced": by_levels(1, blocks, nested=True),
    "wavelet-matrix": by_levels(1, blocks),
    "wavelet-quad": by_levels(2, quads),
    "wavelet-rrr": by_levels(1, rrr_bits(63)),
    "wavelet-rrr15": by_levels(1, rrr_bits(15)),
    "wavelet-rrr31": by_levels(1, rrr_bits(31)),
}


# 7. Index schemes: each gives pairs of a position and its code ------------------------------------
# They are called with a function that fetches a stream, the bits of a code, N, R and L.
def dense(stream, bits, size, rows, columns):
    return enumerate(stream("values", 1, bits, size))


def bitmap(stream, bits, size, rows, columns):
    mask = stream("mask", 0, 8, (size + 7) // 8)
    ones = [8 * i + j for i, byte in enumerate(mask) for j in range(8) if byte >> j & 1]
    return zip(ones, nonzero(stream("values", 1, bits, len(ones))))


def lines(by_column=False, width=None):
    """csr and csc, and with a width csr8, csr16 and csr32."""
    def pairs(stream, bits, size, rows, columns):
        count, length = (columns, rows) if by_column else (rows, columns)
        ends = [0] if width else []
        ends = ends + stream("pointers", 0, 32, count + 1 - len(ends))
        need(ends[0] == 0 and ends[-1] <= size, "pointers outside the tensor")
        narrowest = 8 if length <= 1 << 8 else 16 if length <= 1 << 16 else 32
        indices = stream("indices", 0, width or narrowest, ends[-1])
        values = nonzero(stream("values", 1, bits, ends[-1]))
        for line in range(count):
            need(ends[line] <= ends[line + 1] <= ends[-1], "pointers descend")
            for i in range(ends[line], ends[line + 1]):
                index, last = indices[i], indices[i - 1] if i > ends[line] else -1
                need(last < index < length, "index outside its line or not ascending")
                yield index * columns + line if by_column else line * columns + index, values[i]
    return pairs


def distances(width, gap):
    """relative (gap 0) and gap (gap 1)."""
    def pairs(stream, bits, size, rows, columns):
        gaps = stream("gaps", 0, width, None if gap else stream("count", 0, 32, 1)[0])
        values = stream("values", 1, bits, len(gaps))
        position = -gap
        for i, (step, value) in enumerate(zip(gaps, values)):
            need(value or step == (1 << width) - 1, "filler of another gap")
            need(gap or step or i == 0, "gap 0 after the first element")
            position += step + gap
            yield position, value
    return pairs


def psr(stream, bits, size, rows, columns):
    count = stream("count", 0, 32, 1)[0]
    blocks, at, done = stream("blocks", 0, 8), 0, 0
    indices = stream("indices", 0, 8, count)
    values = nonzero(stream("values", 1, bits, count))
    for start in range(0, size, 256):
        number = 2 if blocks[at:at + 1] == [255] else 1
        need(at + number <= len(blocks), "blocks end early")
        stop = done + sum(blocks[at:at + number])
        need(stop <= count, "blocks pass the count")
        for i in range(done, stop):
            need(i == done or indices[i] > indices[i - 1], "index not ascending in its block")
            yield start + indices[i], values[i]
        at, done = at + number, stop
    need(at == len(blocks) and done == count, "blocks do not cover the tensor")


def best_gap(stream, bits, size, rows, columns):
    """gap in whatever width its gaps have."""
    width = stream.width("gaps", 0)
    need(width <= 16, "gaps of %d bits" % width)
    return distances(width, 1)(stream, bits, size, rows, columns)


def golomb(powers_only):
    """golomb, and rice, whose divisors are powers of two."""
    def pairs(stream, bits, size, rows, columns):
        divisor = stream("divisor", 0, 32, 1)[0]
        need(1 <= divisor <= 2 * size + 1, "divisor %d" % divisor)
        need(not powers_only or divisor & divisor - 1 == 0, "divisor is not a power of two")
        quotients = Bits(bytes(stream("quotients", 0, 8)))
        remainders = Bits(bytes(stream("remainders", 0, 8)))
        low = divisor.bit_length() - 1
        long_from = (2 << low) - divisor
        position = -1
        for value in nonzero(stream("values", 1, bits)):
            position += 1
            while not quotients.bit():
                position += divisor
            remainder = remainders.number(low)
            if remainder >= long_from:
                remainder = 2 * remainder + remainders.bit() - long_from
            position += remainder
            yield position, value
        need(quotients.at_end() and remainders.at_end(), "quotients or remainders go on")
    return pairs


def elias_fano(stream, bits, size, rows, columns):
    values = nonzero(stream("values", 1, bits))
    need(len(values) <= size, "more values than weights")
    width = (size // len(values)).bit_length() - 1 if values else 0
    low = stream("low", 0, width, len(values)) if width else [0] * len(values)
    length = len(values) + (size - 1 >> width) if values else 0
    high = stream("high", 0, 8, (length + 7) // 8)
    ones = [8 * i + j for i, byte in enumerate(high) for j in range(8) if byte >> j & 1]
    need(len(ones) == len(values) and (not ones or ones[-1] < length), "bits of high")
    last = -1
    for i, (one, value) in enumerate(zip(ones, values)):
        position = (one - i << width) + low[i]
        need(position > last, "positions do not ascend")
        last = position
        yield position, value


def bitmap2(stream, bits, size, rows, columns):
    width = stream.width("masks", 0)
    need(width in (8, 16, 32), "masks of %d bits" % width)
    masks, blocks = stream("masks", 0, width), (size + width - 1) // width
    top = stream("top", 0, 8, (blocks + 7) // 8)
    used = [8 * i + j for i, byte in enumerate(top) for j in range(8) if byte >> j & 1]
    need(len(used) == len(masks) and all(masks), "masks are not those of top")
    need(not used or used[-1] < blocks, "block outside the tensor")
    ones = [k * width + j for k, mask in zip(used, masks) for j in range(width) if mask >> j & 1]
    return zip(ones, nonzero(stream("values", 1, bits, len(ones))))


def binomial(n, k):
    result = 1
    for i in range(k):
        result = result * (n - i) // (i + 1)
    return result


def rrr(block):
    def pairs(stream, bits, size, rows, columns):
        classes = stream("classes", 0, block.bit_length(), (size + block - 1) // block)
        values, done = nonzero(stream("values", 1, bits, sum(classes))), 0
        offsets = Bits(bytes(stream("offsets", 0, 8)))
        for k, ones in enumerate(classes):
            number = binomial(block, ones)
            rank = offsets.number((number - 1).bit_length())
            need(rank < number, "rank %d of %d" % (rank, number))
            place = block
            for j in range(ones, 0, -1):
                place = next(p for p in range(place - 1, -1, -1) if binomial(p, j) <= rank)
                rank -= binomial(place, j)
                yield k * block + place, values[done + j - 1]
            done += ones
        need(offsets.at_end(), "offsets go on")
    return pairs


def dcsr(absolute, by_row=False):
    def pairs(stream, bits, size, rows, columns):
        if by_row:
            width = stream.width("counts", 0)
            need(width in (8, 16, 32), "counts of %d bits" % width)
            counts, length = stream("counts", 0, width, rows), columns
        else:
            counts, length = stream("count", 0, 32, 1), size
        need(all(count <= length for count in counts), "more elements than weights")
        groups = sum((count + 15) // 16 for count in counts)
        offsets = stream("offsets", 0, 8, 16 * ((groups + 1) // 2))
        tracking = stream("tracking", 0, 8, (groups + 1) // 2)
        width = stream.width("bases", 0) if absolute else 8
        need(width in (8, 16, 32), "bases of %d bits" % width)
        stored = stream("bases" if absolute else "steps", 0, width, groups)
        signed = [(number ^ 1 << width - 1) - (1 << width - 1) for number in stored]
        masks, used = stream("masks", 0, 16), 0
        values = stream("values", 1, bits, sum(counts))
        g = done = 0
        for row, count in enumerate(counts):
            slope = (length + count // 2) // count if count else 0
            base = -16 * slope
            for first in range(0, count, 16):
                # The first of two groups has the upper nibble; in version 1 it had the lower one.
                shift = 4 * (g % 2) if stream.version == 1 else 4 - 4 * (g % 2)
                base = (first * slope if absolute else base + 16 * slope) + signed[g]
                tracked = tracking[g // 2] >> shift & 15
                need(tracked <= 7 and used + bin(tracked).count("1") <= len(masks), "masks end early")
                high = [0] * 3
                for k in range(3):
                    if tracked >> k & 1:
                        high[k], used = masks[used], used + 1
                for i in range(min(16, count - first)):
                    delta = offsets[16 * (g // 2) + i] >> shift & 15
                    delta += sum((high[k] >> i & 1) << 4 + k for k in range(3))
                    place = base + i * slope + delta
                    need(not by_row or 0 <= place < length, "position %d of a row" % place)
                    yield row * length + place, values[done]
                    done += 1
                g += 1
        need(used == len(masks), "masks are left over")
    return pairs


def grouped(sizes, remainder):
    def pairs(stream, bits, size, rows, columns):
        if remainder:
            yield from remainder(stream, bits, size, rows, columns)
        for lanes, groups in zip(sizes, stream("groups", 0, 32, len(sizes))):
            need(groups <= size, "more groups than weights")
            starts, at, start = stream("starts-%d" % lanes, 0, 8), 0, 0
            strides = [0] * groups
            if lanes > 1:
                strides = stream("strides-%d" % lanes, 0, 4, groups + groups % 2)
            values = stream("lanes-%d" % lanes, 1, bits, groups * lanes)
            for g in range(groups):
                more = True
                while more:
                    need(at < len(starts), "starts end early")
                    start, more, at = start + starts[at], starts[at] == 255, at + 1
                for i in range(lanes):
                    yield start + i * (strides[g] + 1), values[g * lanes + i]
            need(at == len(starts), "starts are left over")
    return pairs


# Sizes and remainder of the schemes with groups, and what their parameters may say instead.
GROUPED = {"groupwise": ("16+12+8+4+1", None), "hybrid": ("16+12+8+4", "dcsr"),
           "groupwise-best": ("16+12+8+4", "dcsr"), "hybrid-bitmap": ("16+12+8+4", "bitmap")}


def scheme(text):
    """The scheme of a name with or without parameters."""
    name, _, inside = text.partition("(")
    need(not inside or inside.endswith(")"), "scheme " + text)
    if text in SCHEMES:
        return SCHEMES[text]
    if name not in GROUPED:
        need(name in SCHEMES and (not inside or name in BLOCKS), "unknown scheme " + text)
        return SCHEMES[name]
    given = dict(part.partition("=")[::2] for part in inside[:-1].split(",") if part)
    sizes, remainder = GROUPED[name]
    numbers = set()
    for part in given.get("sizes", sizes).split("+"):
        first, _, last = part.partition("..")
        need(first.isdigit() and (last or first).isdigit(), "sizes of " + text)
        numbers.update(range(int(first), int(last or first) + 1))
    need(numbers and min(numbers) >= 1 and max(numbers) <= 16, "sizes of " + text)
    remainder = given.get("remainder", remainder)
    need(remainder is None or remainder in SCHEMES and "(" not in remainder, "remainder of " + text)
    return grouped(sorted(numbers, reverse=True), remainder and SCHEMES[remainder])


def flagged(stream, block):
    """The weights of a block; None where the layer flag says elements."""
    flag = stream("flag", 0, 1, 1)[0]
    need(flag == block, "flag %d" % flag)
    length = stream("block", 0, 32, 1)[0] if block else None
    need(length != 0, "blocks of no weights")
    return length


def ras_dense(block):
    def pairs(stream, bits, size, rows, columns):
        flagged(stream, block)
        return enumerate(stream("values", 1, bits, size))
    return pairs


def ras_sparse(block):
    def pairs(stream, bits, size, rows, columns):
        length, width = flagged(stream, block) or max(1, size), stream.width("gaps", 0)
        need(width <= 16, "gaps of %d bits" % width)
        gaps = stream("gaps", 0, width)
        values, i = stream("values", 1, bits, len(gaps)), 0
        blocks = (size + length - 1) // length if block else 1
        tuples = stream("tuples", 0, stream.width("tuples", 0), blocks) if block else [len(gaps)]
        for k, count in enumerate(tuples):
            need(count <= len(gaps) - i, "more tuples than gaps")
            position = k * length - 1
            for gap, value in zip(gaps[i:i + count], values[i:i + count]):
                position += gap + 1
                need(position < min((k + 1) * length, size), "position %d of a block" % position)
                need(value or gap == (1 << width) - 1, "gap %d of a filler" % gap)
                yield position, value
            i += count
        need(i == len(gaps), "gaps are left over")
    return pairs


def ras_literal(stream, bits, size, rows, columns):
    block = ("block", 0) in stream.names
    length = flagged(stream, int(block)) or 1
    blocks = (size + length - 1) // length
    sequence, position = stream("sequence", 1, bits + 1, size + max(1, blocks)), 0
    for i, symbol in enumerate(sequence):
        last = i == len(sequence) - 1
        if last or i % (length + 1) == length:
            need(symbol == (1 << bits) + last, "delimiter %d" % symbol)
        else:
            need(symbol < 1 << bits, "code %d" % symbol)
            yield position, symbol
            position += 1


def nonzero(values):
    need(all(values), "value 0 for a non-zero")
    return values


# Schemes that hold every weight, and those whose parameters matter to no reader.
DENSE = ("dense", "ras-element", "ras-block", "ras-literal")
BLOCKS = ("ras-block", "ras-block-sparse", "ras-literal")
SCHEMES = {"dense": dense, "bitmap": bitmap, "psr": psr}
SCHEMES.update({"csr": lines(), "csc": lines(by_column=True)})
SCHEMES.update({"dcsr": dcsr(False), "dcsr-absolute": dcsr(True)})
SCHEMES.update({"dcsr(by=row)": dcsr(False, True), "dcsr-absolute(by=row)": dcsr(True, True)})
SCHEMES.update(("csr%d" % w, lines(width=w)) for w in (8, 16, 32))
SCHEMES.update(("relative%d" % w, distances(w, 0)) for w in range(1, 9))
SCHEMES.update(("gap%d" % w, distances(w, 1)) for w in range(1, 9))
SCHEMES.update({"gap-best": best_gap, "rice": golomb(True), "golomb": golomb(False)})
SCHEMES.update({"elias-fano": elias_fano, "bitmap2": bitmap2})
SCHEMES.update(("rrr%d" % block, rrr(block)) for block in (15, 31, 63))
SCHEMES.update({"ras-element": ras_dense(0), "ras-block": ras_dense(1)})
SCHEMES.update({"ras-element-sparse": ras_sparse(0), "ras-block-sparse": ras_sparse(1)})
SCHEMES["ras-literal"] = ras_literal


def join(version, index, streams, bits, size, rows, columns):
    """The codes that the streams of a scheme make, by name and role a width and symbols."""
    def stream(name, role, width, count=None):
        need((name, role) in streams, "no stream " + name)
        found, symbols = streams[name, role]
        need(found == width, "stream %s has another width" % name)
        need(count is None or len(symbols) == count, "stream %s has another length" % name)
        return symbols

    def width_of(name, role):
        need((name, role) in streams, "no stream " + name)
        return streams[name, role][0]

    stream.width, stream.names, stream.version = width_of, streams.keys(), version
    codes = bytearray(size)
    for position, code in scheme(index)(stream, bits, size, rows, columns):
        need(0 <= position < size, "position %d of %d" % (position, size))
        codes[position] = code
    return codes


# 3. Container -------------------------------------------------------------------------------------
VERSIONS = (1, 2)


def decode(data):
    """Shape, recipe, codes and values of a container."""
    head = Reader(data)
    magic = head.raw(4)
    need(magic in (b"TRSR", b"TRSF"), "no magic TRSR or TRSF")
    floats = magic == b"TRSF"
    version = head.u8()
    need(version in VERSIONS, "version %d, not 1 or 2" % version)
    index, coder = head.name(), head.name()
    kind, bits, rank = head.u8(), head.u8(), head.u8()
    need((kind, bits) in MANTISSAS if floats else kind <= OUTLIERS and 1 <= bits <= 8, "kind or bits")
    need(rank <= 16, "rank %d" % rank)
    shape, size = [], 1
    for _ in range(rank):
        shape.append(head.varint())
        size *= shape[-1]
        need(size <= 4194304, "more than 4,194,304 weights")
    rows = shape[0] if rank >= 2 else 1
    columns = size // rows if rows else 0
    sections, descriptors = head.u8(), []
    need(sections <= 64, "%d sections" % sections)
    for _ in range(sections):
        name, flags, width = head.name(), head.u8(), head.u8()
        count, table, payload, crc = head.varint(), head.varint(), head.varint(), head.u32()
        known = (0, 1, 3) if floats else (0, 1, 2)
        need(flags & 0x7F in known and 1 <= width <= 32, "kind or width of section " + name)
        need(count <= 2 * (size + rows + columns) + 1024, "count of section " + name)
        descriptors.append((name, flags, width, count, table, payload, crc))
    need(crc32c(data[:head.at]) == head.u32(), "checksum of the header")
    need(coder in CODERS or coder in PLACED, "unknown coder " + coder)
    streams, values, book = {}, None, {}
    for name, flags, width, count, table_length, payload_length, crc in descriptors:
        body = head.raw(table_length + payload_length)
        need(crc32c(body) == crc, "checksum of section " + name)
        table, payload = body[:table_length], body[table_length:]
        if flags & 0x7F == 2 and kind in STREAMED:
            need(name not in book, "two streams " + name)
            need(not flags & 0x80 or bounded(count, len(body)), "symbols of " + name)
            symbols = coded_stream(
                coder if flags & 0x80 else "packed", table, payload, count, width)
            book[name] = (width, symbols)
        elif flags & 0x7F == 2:
            need(values is None, "two codebooks")
            values = codebook(kind, bits, rows, columns, flags, width, count, table, payload)
        else:
            need((name, flags & 0x7F) not in streams, "two streams " + name)
            streams[name, flags & 0x7F] = (flags, table, payload, count, width)
    need(head.at == len(data), "bytes after the end")
    if kind in STREAMED and not floats:
        values = STREAMED[kind](bits, rows, columns, book)
    for (name, role), (flags, table, payload, count, width) in streams.items():
        place = place_of(index, name, role, shape, states_of(values))
        symbols = coded_stream(
            coder if flags & 0x80 else "packed", table, payload, count, width, place)
        streams[name, role] = (width, symbols)
    if floats:
        numbers = numbers_of(version, index, streams, kind, bits, size, rows, columns)
        return (shape, index + "/" + coder) + numbers
    need(values is not None, "no codebook")

    codes = join(version, index, streams, bits, size, rows, columns)
    return shape, index + "/" + coder, codes, weights(codes, values, columns)


# 11. Floats ---------------------------------------------------------------------------------------
MANTISSAS = {(0, 32): 23, (0, 16): 10, (1, 16): 7}


def numbers_of(version, index, streams, kind, bits, size, rows, columns):
    """A code for each weight, 1 where it is held, and the weights."""
    low = MANTISSAS[kind, bits]
    held = {name: streams.pop((name, 3), None) for name in ("exponents", "mantissas")}
    need(all(held.values()), "no exponents or mantissas")
    (high_width, high), (low_width, mantissas) = held["exponents"], held["mantissas"]
    need(high_width == bits - low and low_width == low, "width of exponents or mantissas")
    need(len(high) == len(mantissas), "exponents and mantissas")
    if not any(role == 1 for _, role in streams):
        streams["values", 1] = (1, [1] * len(high))
    mask = join(version, index, streams, 1, size, rows, columns)
    need(sum(mask) == len(high), "%d numbers for %d weights" % (len(high), sum(mask)))
    left, values = iter(zip(high, mantissas)), []
    for one in mask:
        exponent, mantissa = next(left) if one else (0, 0)
        number = exponent << low | mantissa
        need(number or not one or index.partition("(")[0] in DENSE, "zero for a non-zero")
        if kind == 1:
            number <<= 16
        form = ("<I", "<f") if kind == 1 or bits == 32 else ("<H", "<e")
        values.append(struct.unpack(form[1], struct.pack(form[0], number))[0])
    return mask, values


# docs/reference/network-file.md -----------------------------------------------------------------------------
def segment_sizes(shape, size):
    """Weights and rows of each segment (section 8)."""
    rows = shape[0] if len(shape) >= 2 else 1
    columns = size // rows if rows else 0
    if size <= 4194304:
        return [(size, rows)]
    if columns <= 4194304:
        each = 4194304 // columns
        return [(min(each, rows - r) * columns, min(each, rows - r)) for r in range(0, rows, each)]
    cuts = range(0, columns, 4194304)
    return [(min(4194304, columns - at), 1) for _ in range(rows) for at in cuts]


INTEGERS = {"i8": "b", "i16": "h", "i32": "i", "i64": "q",
            "u8": "B", "u16": "H", "u32": "I", "u64": "Q", "bool": "B"}


def network(data):
    """Name, shape, recipe, codes (None for plain numbers) and values of each tensor."""
    need(len(data) >= 10 and data[4] in VERSIONS, "not version 1 or 2")
    need(crc32c(data[:-4]) == struct.unpack("<I", data[-4:])[0], "checksum of the file")
    file, texts, tensors = Reader(data[:-4]), [], []
    file.at = 5

    def text():
        return file.raw(file.varint()).decode("utf-8")

    def ref():
        number = file.varint()
        need(number <= len(texts), "reference to name %d" % number)
        if number == len(texts):
            texts.append(text())
        return texts[number]

    def numbers(count, half):
        return struct.unpack("<%d%s" % (count, "e" if half else "f"),
                             file.raw(count * (2 if half else 4)))

    def integers(count):
        form = ref()
        need(form in INTEGERS, "integers " + form)
        letter = INTEGERS[form]
        stored = file.raw(count * struct.calcsize("<" + letter))
        return form, None, struct.unpack("<%d%s" % (count, letter), stored)

    def section(coder, streams, limit, holds=lambda count, size: True, index=None, shape=(),
                states=1):
        name, role, width, count = ref(), file.u8(), file.u8(), file.varint()
        table, payload = file.varint(), file.varint()
        table, payload = file.raw(table), file.raw(payload)
        need(role & 0x7F <= 1 and 1 <= width <= 32 and count <= limit, "section " + name)
        need((name, role & 0x7F) not in streams, "two streams " + name)
        need(not role & 0x80 or holds(count, len(table) + len(payload)), "symbols of " + name)
        place = place_of(index, name, role & 0x7F, shape, states)
        symbols = coded_stream(
            coder if role & 0x80 else "packed", table, payload, count, width, place)
        streams[name, role & 0x7F] = (width, symbols)

    def coded(shape, size):
        index, coder = ref(), ref()
        need(coder in CODERS or coder in PLACED, "unknown coder " + coder)
        bits, flags, count = file.u8(), file.u8(), file.varint()
        need(1 <= bits <= 8, "bits of a codebook")
        need(flags & ~2 in (0, 1, 4, 5, 9) or flags in (8, 12), "flags of a codebook")
        rows = shape[0] if len(shape) >= 2 else 1
        length = size // rows if rows else 0
        if flags in (8, 12):
            streams = {}
            for _ in range(count):
                section(coder, streams, 2 * (size + rows + length) + 1024, bounded)
            need(all(role == 0 for _, role in streams), "streams of a codebook")
            book = {name: stream for (name, _), stream in streams.items()}
            values = STREAMED[flags >> 1](bits, rows, length, book)
            return segments(shape, size, index, coder, bits, values, length)
        stored = struct.pack("<%df" % count, *numbers(count, flags & 2))
        kind = flags & 1 | flags >> 1 & 6
        values = codebook(kind, bits, rows, length, 2, 32, count, b"", stored)
        return segments(shape, size, index, coder, bits, values, length)

    def segments(shape, size, index, coder, bits, values, length):
        codes, starts = bytearray(), []
        for part, rows in segment_sizes(shape, size):
            columns, streams = part // rows if rows else 0, {}
            own = shape if part == size else [rows, columns] if length > 4194304 else [rows] + shape[1:]
            for _ in range(file.u8()):
                section(coder, streams, 2 * (part + rows + columns) + 1024, index=index, shape=own,
                        states=states_of(values))
            starts.append(len(codes))
            codes += join(data[4], index, streams, bits, part, rows, columns)
        return index + "/" + coder, codes, weights(codes, values, length, starts)

    while file.u8():
        name, shape, size = text(), [file.varint() for _ in range(file.u8())], 1
        for dimension in shape:
            size *= dimension
        need(size < 1 << 31, "tensor %s of %d weights" % (name, size))
        kind = file.u8()
        need(kind <= 3, "kind of tensor " + name)
        rest = (coded(shape, size) if kind == 2 else integers(size) if kind == 3
                else ("plain", None, numbers(size, kind)))
        tensors.append((name, shape) + rest)
    need(file.at == len(data) - 4, "bytes after the end")
    return tensors


# 13. One sequence for a network -------------------------------------------------------------------
def sequence(data):
    """Name, shape, coder, codes and values of each layer."""
    need(len(data) >= 8, "no sequence")
    need(crc32c(data[:-4]) == struct.unpack("<I", data[-4:])[0], "checksum of the sequence")
    file, layers = Reader(data[:-4]), []
    need(file.raw(4) == b"TRSQ" and file.u8() == 1, "no magic TRSQ, or not version 1")
    coder = file.name()
    need(coder.startswith("wavelet-") and coder in CODERS, "no wavelet tree " + coder)
    for _ in range(file.varint()):
        name, flag = file.raw(file.varint()).decode("utf-8"), file.u8()
        shape, size = [file.varint() for _ in range(file.u8())], 1
        for dimension in shape:
            size *= dimension
        kind, bits, count = file.u8(), file.u8(), file.varint()
        need(flag <= 1 and kind <= GROUPS and 1 <= bits <= 8, "flag, kind or bits of " + name)
        rows = shape[0] if len(shape) >= 2 else 1
        columns = size // rows if rows else 0
        values = codebook(kind, bits, rows, columns, 2, 32, count, b"", file.raw(4 * count))
        layers.append((name, shape, flag, size, columns, bits, values))
    border = 1 << max([layer[5] for layer in layers], default=1)
    table = file.raw(file.varint())
    payload = file.raw(len(file.data) - file.at)
    length = 1 + sum(2 + layer[3] for layer in layers)
    symbols, at, decoded = CODERS[coder](table, payload, length, border.bit_length()), 0, []
    for name, shape, flag, size, columns, bits, values in layers:
        need(symbols[at:at + 2] == [border, flag], "border and flag of " + name)
        codes = symbols[at + 2:at + 2 + size]
        need(all(code < 1 << bits for code in codes), "codes of " + name)
        decoded.append((name, shape, "sequence/" + coder, codes, weights(codes, values, columns)))
        at += 2 + size
    need(symbols[at] == border, "border at the end")
    return decoded


# docs/reference/exact-file.md -------------------------------------------------------------------------------
PIECE = 1 << 20


def exact(data, base=None):
    """The file that a file of version 3 holds, byte for byte."""
    need(len(data) >= 13 and data[:5] == b"TRSN\3", "not version 3")
    length = struct.unpack("<I", data[-8:-4])[0]
    need(length <= len(data) - 13, "directory of %d bytes" % length)
    end = data[len(data) - 8 - length:-4]
    need(crc32c(data[:5] + end) == struct.unpack("<I", data[-4:])[0], "checksum of the directory")
    entries, at, out = Reader(end[:-4]), 5, bytearray()
    size, sha256 = struct.unpack("<Q", entries.raw(8))[0], entries.raw(32)
    if entries.u8():
        need(base is not None, "a base is needed")
        need(struct.unpack("<Q", entries.raw(8))[0] == len(base), "a base of another length")
        need(entries.raw(32) == hashlib.sha256(base).digest(), "another base")
    while entries.at < length:
        flags, count, stored = entries.u8(), entries.varint(), entries.varint()
        crc, level, other = entries.u32(), flags & 15, None
        if flags & 16:
            start = struct.unpack("<Q", entries.raw(8))[0]
            other = base[start:start + count]
        inflated = entries.varint() if level else 0
        chunk, at = Reader(data[at:at + stored]), at + stored
        if level:
            pieces = [exact_run(Reader(chunk.raw(chunk.varint())), min(PIECE, inflated - i), None)
                      for i in range(0, inflated, PIECE)]
            need(chunk.at == stored, "bytes after the last piece")
            deflate = zlib.compressobj(level, zlib.DEFLATED, -15)
            run = deflate.compress(b"".join(pieces)) + deflate.flush()
        else:
            run = exact_run(chunk, count, other)
        need(len(run) == count and crc32c(run) == crc, "checksum of the run at byte %d" % len(out))
        out += run
    need(at == len(data) - 8 - length and len(out) == size, "lengths of chunks")
    need(hashlib.sha256(out).digest() == sha256, "sha256 of the file")
    return bytes(out)


def exact_run(chunk, length, base):
    form = chunk.u8()
    width, rotated, lead, difference = 1 << (form & 3), form >> 2 & 1, form >> 3 & 7, form >> 6
    count = max(0, length - lead) // width
    head, tail = chunk.raw(min(lead, length)), chunk.raw(length - min(lead, length) - count * width)
    planes = [None] * (width + 1)
    for p in reversed(range(width)):
        planes[p] = exact_plane(chunk, count, planes[p + 1])
    need(chunk.at == len(chunk.data), "bytes after the last plane")
    bits, out = 8 * width, bytearray(head)
    mask = (1 << bits) - 1
    for i in range(count):
        x = sum(planes[p][i] << 8 * p for p in range(width))
        if rotated:
            x = x >> 1 | (x & 1) << bits - 1
        if difference:
            need(base is not None and difference <= 2, "difference from nothing")
            at = lead + width * i
            b = int.from_bytes(base[at:at + width], "little")
            x = x ^ b if difference == 1 else b + (x >> 1 ^ -(x & 1)) & mask
        out += x.to_bytes(width, "little")
    return bytes(out + tail)


def exact_plane(chunk, count, above):
    method = chunk.u8()
    need(method <= 4, "method of a plane")
    if method == 0:
        return chunk.raw(count)
    if method == 1:
        return chunk.raw(1) * count
    if method == 2:
        table, payload = chunk.varint(), chunk.varint()
        return bytes(rans(chunk.raw(table), chunk.raw(payload), count, 8))
    payload = chunk.raw(chunk.varint())
    if method == 3:
        plane = unzstd(payload)
        need(len(plane) == count, "length of a frame")
        return plane
    arithmetic, plane = Arithmetic(payload), bytearray()
    for i in range(count):
        node = 1
        while node < 256:
            node = 2 * node + arithmetic.bit(above[i] if above else 0, node)
        plane.append(node - 256)
    arithmetic.finish()
    return plane


def show(shape, recipe, codes, values, every):
    shown = values if every else values[:16]
    print("shape", "x".join(map(str, shape)) or "scalar")
    print("recipe", recipe)
    print("weights %d, zero codes %d" % (len(values), codes.count(0) if codes else 0))
    for value in shown:
        print("%.9g" % value)
    if len(shown) < len(values):
        print("... and %d more (--all)" % (len(values) - len(shown)))


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    with open(sys.argv[1], "rb") as file:
        data = file.read()
    every = "--all" in sys.argv[2:]
    try:
        if data[:5] == b"TRSN\3":
            base = None
            if len(sys.argv) > 2:
                with open(sys.argv[2], "rb") as file:
                    base = file.read()
            sys.stdout.buffer.write(exact(data, base))
        elif data[:4] in (b"TRSN", b"TRSQ"):
            for name, shape, recipe, codes, values in (
                    network if data[:4] == b"TRSN" else sequence)(data):
                print("tensor", name)
                show(shape, recipe, codes, values, every)
        else:
            show(*decode(data), every)
    except Malformed as error:
        sys.exit("%s: not a container or network file: %s" % (sys.argv[1], error))


if __name__ == "__main__":
    main()
