const MAGIC = 0x184d2204;
/** Flags of a frame's descriptor: what stands in it, and behind blocks and the frame. */
const FLAG = { dictionary: 0x01, contentSum: 0x04, contentSize: 0x08, blockSums: 0x10 };
const STORED = 0x8000_0000;
const SHORTEST_MATCH = 4;

/**
 * Decompresses one LZ4 frame.
 *
 * @throws {Error} for anything else.
 * @see "LZ4 Frame Format Description" 1.6.4 and "LZ4 Block Format Description", github.com/lz4/lz4/tree/dev/doc.
 */
export function lz4Frame(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new Error("no LZ4 frame");
  const flags = frame[4]!;
  let at = 6 + (flags & FLAG.contentSize ? 8 : 0) + (flags & FLAG.dictionary ? 4 : 0) + 1;
  const out = new Output();
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return out.bytes();
    const length = size & ~STORED;
    const block = frame.subarray(at, at + length);
    if (block.length < length) throw new Error("an LZ4 block is cut off");
    if (size & STORED) out.append(block);
    else decodeBlock(block, out);
    at += length + (flags & FLAG.blockSums ? 4 : 0);
  }
}

function decodeBlock(block: Uint8Array, out: Output): void {
  let at = 0;
  const length = (nibble: number): number => {
    let total = nibble;
    if (nibble < 15) return total;
    for (let next = 255; next === 255; ) {
      next = byteAt(block, at++);
      total += next;
    }
    return total;
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = length(token >> 4);
    if (at + literals > block.length) throw new Error("an LZ4 block is cut off");
    out.append(block.subarray(at, at + literals));
    at += literals;
    if (at === block.length) return;
    const back = byteAt(block, at) | (byteAt(block, at + 1) << 8);
    at += 2;
    out.repeat(back, length(token & 15) + SHORTEST_MATCH);
  }
}

function byteAt(block: Uint8Array, at: number): number {
  const byte = block[at];
  if (byte === undefined) throw new Error("an LZ4 block is cut off");
  return byte;
}

/** Bytes that grow. */
class Output {
  #bytes = new Uint8Array(65_536);
  #length = 0;

  append(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Repeats what came before; it may overlap with what comes out. */
  repeat(back: number, count: number): void {
    if (back === 0 || back > this.#length) throw new Error("an LZ4 block refers to bytes before its beginning");
    this.#grow(count);
    for (let i = 0; i < count; i++, this.#length++) this.#bytes[this.#length] = this.#bytes[this.#length - back]!;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + count));
    larger.set(this.bytes());
    this.#bytes = larger;
  }
}
