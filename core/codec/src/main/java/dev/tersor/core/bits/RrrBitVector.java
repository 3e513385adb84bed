package dev.tersor.core.bits;

/**
 * Bits in blocks of B = 15, 31 or 63, each as its number of ones and its rank among such blocks
 * (Raman, Raman and Rao, "Succinct Indexable Dictionaries", 2002; {@link Combinations}): the
 * entropy of each block by itself, and its class on top. A rank reads up to 31 classes and works
 * one block out, so it is slower than the plain forms.
 *
 * <p>With {@code b = ceil(length/B)} blocks, the last one filled up with zeros: for each k from 1
 * to {@code (b - 1) div 32} two {@code u32}, the ones in the first 32 k blocks and the bits of
 * their ranks; then the classes, 4, 5 or 6 bits each, lowest first, filled up to a byte; then the
 * ranks, each in {@code ceil(log2 C(B, ones))} bits, lowest first, one after another in
 * little-endian words, as many as they begin and one more, which is zero in its unused bits. At
 * most 2^32 - 1 bits.
 *
 * <p>Example: 0 1 0 1 with B = 15 has the class 2 and the rank C(1,1) + C(3,2) = 4: {@code 02},
 * then {@code 04} and 15 bytes {@code 00}.
 */
final class RrrBitVector implements BitVector, CountDirectory {
  private static final int LOG = 5;
  private static final long LONGEST = (1L << 32) - 1;

  private final byte[] stored;
  private final int at;
  private final long length;
  private final Combinations blocks;
  private final int blockCount;
  private final int classes;
  private final int ranks;
  private long ones;

  private RrrBitVector(byte[] stored, int at, long length, Combinations blocks) {
    this.stored = stored;
    this.at = at;
    this.length = length;
    this.blocks = blocks;
    this.blockCount = blockCount(length, blocks);
    this.classes = at + samples(blockCount) * 8;
    this.ranks = classes + (int) PackedInts.bytes(blockCount, blocks.classBits());
  }

  private static int blockCount(long length, Combinations blocks) {
    return (int) ((length + blocks.block() - 1) / blocks.block());
  }

  private static int samples(int blockCount) {
    return Math.max(0, blockCount - 1) >>> LOG;
  }

  private static int rankBytes(long bits) {
    return (int) ((bits >>> 6) + 2) * 8;
  }

  static byte[] store(long[] words, long length, int block) {
    checkLength(length);
    Combinations blocks = new Combinations(block);
    int count = blockCount(length, blocks);
    long bits = 0;
    for (int b = 0; b < count; b++) {
      bits += blocks.rankBits(Long.bitCount(block(words, b, block)));
    }
    int fixed = samples(count) * 8 + (int) PackedInts.bytes(count, blocks.classBits());
    byte[] out = new byte[Math.addExact(fixed, rankBytes(bits))];
    int[] classes = new int[count];
    long ones = 0;
    long used = 0;
    for (int b = 0; b < count; b++) {
      if ((b & (1 << LOG) - 1) == 0 && b > 0) {
        LittleEndian.putInt(out, 8 * (b >>> LOG) - 8, (int) ones);
        LittleEndian.putInt(out, 8 * (b >>> LOG) - 4, (int) used);
      }
      long value = block(words, b, block);
      classes[b] = Long.bitCount(value);
      put(out, fixed, used, Combinations.rank(value));
      ones += classes[b];
      used += blocks.rankBits(classes[b]);
    }
    byte[] packed = PackedInts.pack(classes, blocks.classBits());
    System.arraycopy(packed, 0, out, fixed - packed.length, packed.length);
    return out;
  }

  private static void checkLength(long length) {
    if (length > LONGEST) {
      throw new IllegalArgumentException(length + " bits, at most " + LONGEST);
    }
  }

  private static long block(long[] words, int b, int block) {
    long bit = (long) b * block;
    int w = (int) (bit >>> 6);
    long next = w + 1 < words.length ? words[w + 1] : 0;
    return ((words[w] >>> bit) | (next << 1 << ~bit)) & (1L << block) - 1;
  }

  private static void put(byte[] out, int from, long bit, long number) {
    int at = from + (int) (bit >>> 6) * 8;
    LittleEndian.putLong(out, at, LittleEndian.getLong(out, at) | number << bit);
    LittleEndian.putLong(out, at + 8, LittleEndian.getLong(out, at + 8) | number >>> 1 >>> ~bit);
  }

  static RrrBitVector open(byte[] stored, int at, int size, long length, int block) {
    Combinations blocks = new Combinations(block);
    long count = (length + block - 1) / block;
    long least = (Math.max(0, count - 1) >>> LOG) * 8 + rankBytes(0);
    if (length > LONGEST || least + PackedInts.bytes(count, blocks.classBits()) > size) {
      throw new MalformedInputException(
          length + " bits in blocks of " + block + " take more than " + size + " bytes", size);
    }
    RrrBitVector bits = new RrrBitVector(stored, at, length, blocks);
    bits.ones = bits.check(at + size);
    return bits;
  }

  /** Goes through all blocks once. */
  private long check(int end) {
    long ones = 0;
    long used = 0;
    for (int b = 0; b < blockCount; b++) {
      if ((b & (1 << LOG) - 1) == 0
          && (ones != sample(b >>> LOG, 0) || used != sample(b >>> LOG, 4))) {
        throw new MalformedInputException(
            "a sample is not that of the classes before it", 8L * (b >>> LOG) - 8);
      }
      int ofBlock = classOf(b);
      if (rankBytes(used + blocks.rankBits(ofBlock)) > end - ranks) {
        throw new MalformedInputException("ranks end early", (long) end - at);
      }
      if (rank(used, ofBlock) >= blocks.count(ofBlock)) {
        throw new MalformedInputException(
            "no block of " + ofBlock + " ones has the rank " + rank(used, ofBlock),
            ranks - at + (used >>> 3));
      }
      ones += ofBlock;
      used += blocks.rankBits(ofBlock);
    }
    long last = (long) (blockCount - 1) * blocks.block();
    boolean filled =
        blockCount > 0
            && length - last < blocks.block()
            && bits(blockCount - 1, used) >>> (length - last) != 0;
    int classBits = (int) ((long) blockCount * blocks.classBits() & 7);
    filled |= classBits != 0 && (stored[ranks - 1] & 0xFF) >>> classBits != 0;
    filled |= LittleEndian.getLong(stored, end - 8) != 0;
    filled |= rankBytes(used) != end - ranks;
    if (filled || LittleEndian.getLong(stored, end - 16) >>> used != 0) {
      throw new MalformedInputException(
          "something is stored after the last bit", (long) end - at - 1);
    }
    return ones;
  }

  /** The block whose rank ends at a bit. */
  private long bits(int b, long end) {
    int ofBlock = classOf(b);
    return blocks.bits(rank(end - blocks.rankBits(ofBlock), ofBlock), ofBlock);
  }

  private long sample(int k, int offset) {
    return k == 0 ? 0 : LittleEndian.getInt(stored, at + 8 * k - 8 + offset) & 0xFFFFFFFFL;
  }

  private int classOf(int b) {
    long bit = (long) b * blocks.classBits();
    return LittleEndian.getShort(stored, classes + (int) (bit >>> 3)) >>> (bit & 7)
        & blocks.block();
  }

  private long rank(long bit, int ones) {
    int word = ranks + (int) (bit >>> 6) * 8;
    long window =
        LittleEndian.getLong(stored, word) >>> bit
            | LittleEndian.getLong(stored, word + 8) << 1 << ~bit;
    return window & ~(-1L << blocks.rankBits(ones));
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public long ones() {
    return ones;
  }

  @Override
  public long rankAndBit(long i) {
    int b = (int) (i / blocks.block());
    int k = b >>> LOG;
    long before = sample(k, 0);
    long used = sample(k, 4);
    for (int other = k << LOG; other < b; other++) {
      int ofBlock = classOf(other);
      before += ofBlock;
      used += blocks.rankBits(ofBlock);
    }
    int ofBlock = classOf(b);
    long bits = blocks.bits(rank(used, ofBlock), ofBlock);
    int in = (int) (i - (long) b * blocks.block());
    return (before + Long.bitCount(bits & (1L << in) - 1)) << 1 | (bits >>> in & 1);
  }

  @Override
  public int bit(long i) {
    return (int) rankAndBit(i) & 1;
  }

  @Override
  public long window(long i) {
    int b = (int) (i / blocks.block());
    int k = b >>> LOG;
    long used = sample(k, 4);
    for (int other = k << LOG; other < b; other++) {
      used += blocks.rankBits(classOf(other));
    }
    int skip = (int) (i - (long) b * blocks.block());
    long window = 0;
    for (int have = -skip; have < 64 && b < blockCount; b++, have += blocks.block()) {
      int ofBlock = classOf(b);
      long bits = blocks.bits(rank(used, ofBlock), ofBlock);
      window |= have < 0 ? bits >>> -have : bits << have;
      used += blocks.rankBits(ofBlock);
    }
    return window;
  }

  @Override
  public long before(int bit, long sample) {
    if (sample > samples(blockCount)) {
      return bit != 0 ? ones : length - ones;
    }
    long count = sample((int) sample, 0);
    return bit != 0 ? count : (sample << LOG) * blocks.block() - count;
  }

  @Override
  public long entries() {
    return samples(blockCount) + 1L;
  }

  @Override
  public long select(int bit, long k, long near) {
    long bits = (long) blocks.block() << LOG;
    int sample = (int) CountDirectory.find(this, bit, k, near / bits);
    long left = k - before(bit, sample);
    long used = sample(sample, 4);
    for (int b = sample << LOG; ; b++) {
      int ofBlock = classOf(b);
      int matching = bit != 0 ? ofBlock : blocks.block() - ofBlock;
      if (left < matching) {
        long value = blocks.bits(rank(used, ofBlock), ofBlock) ^ (bit - 1L);
        return (long) b * blocks.block() + WordSelect.select(value, (int) left);
      }
      left -= matching;
      used += blocks.rankBits(ofBlock);
    }
  }
}
