import { DTYPES, elementCount, NUMERIC_DTYPES, type Tensor, tensor, tensorFrom } from "@modelwright/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSafetensors } from "./read-safetensors.ts";
import { writeSafetensors } from "./write-safetensors.ts";

/** A file with this header and so many bytes of data. */
function fileOf(header: unknown, dataBytes: number, options: { readonly length?: bigint } = {}): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, options.length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const f32 = (begin: number, end: number) => ({ dtype: "F32", shape: [(end - begin) / 4], data_offsets: [begin, end] });

describe("readSafetensors", () => {
  test("reads the example of the format's description", () => {
    // Two tensors and metadata, laid out by hand; the header ends with spaces as the format allows.
    const header =
      '{"__metadata__":{"format":"pt"},"weight":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"ids":{"dtype":"I64","shape":[1],"data_offsets":[16,24]}}   ';
    const bytes = fileOf(header, 24);
    const view = new DataView(bytes.buffer, bytes.length - 24);
    [1.5, -2, 3, 0.25].forEach((value, i) => {
      view.setFloat32(i * 4, value, true);
    });
    view.setBigInt64(16, -7n, true);
    const { tensors, metadata } = readSafetensors(bytes, "model.safetensors");
    expect(metadata).toEqual({ format: "pt" });
    expect(tensors.get("weight")).toEqual(tensorFrom("float32", [2, 2], [1.5, -2, 3, 0.25]));
    expect(tensors.get("ids")).toEqual(tensorFrom("int64", [1], [-7]));
  });

  test("gives a view of aligned data and a copy of other data", () => {
    const [header, data] = writeSafetensors(new Map([["w", tensorFrom("float32", [2], [1, 2])]]));
    const aligned = join([header!, data!]);
    expect(readSafetensors(aligned, "a").tensors.get("w")!.data.buffer).toBe(aligned.buffer);
    const shifted = new Uint8Array(aligned.length + 1).subarray(1);
    shifted.set(aligned);
    const copy = readSafetensors(shifted, "a").tensors.get("w")!;
    expect(copy.data.buffer).not.toBe(shifted.buffer);
    expect([...(copy.data as Float32Array)]).toEqual([1, 2]);
  });

  const hostile: Record<string, { readonly bytes: Uint8Array; readonly problem: RegExp }> = {
    "an empty file": { bytes: new Uint8Array(0), problem: /0 bytes are too few/ },
    "a header longer than the file": {
      bytes: fileOf("{}", 0, { length: 3n }),
      problem: /claims 3 bytes, but the file/,
    },
    "a header over 100 MB": {
      bytes: fileOf("{}", 0, { length: 100_000_001n }),
      problem: /the format allows 100000000/,
    },
    "a header of 2^64 − 1 bytes": { bytes: fileOf("{}", 0, { length: 2n ** 64n - 1n }), problem: /the format allows/ },
    "no header": { bytes: fileOf("", 0), problem: /does not begin with \{/ },
    "a leading space": { bytes: fileOf(" {}", 0), problem: /does not begin with \{/ },
    "a byte-order mark": { bytes: fileOf("\uFEFF{}", 0), problem: /does not begin with \{/ },
    "broken JSON": { bytes: fileOf('{"w":', 0), problem: /not JSON/ },
    "bytes that are not UTF-8": { bytes: Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff), problem: /not UTF-8/ },
    "a tensor twice": {
      bytes: fileOf(`{"w":${JSON.stringify(f32(0, 4))},"w":${JSON.stringify(f32(0, 4))}}`, 4),
      problem: /writes a key twice/,
    },
    "a field twice": {
      bytes: fileOf('{"w":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', 4),
      problem: /writes a key twice/,
    },
    overlap: { bytes: fileOf({ a: f32(0, 8), b: f32(4, 12) }, 12), problem: /"b" begins at byte 4 .* ends at 8/ },
    "a hole": { bytes: fileOf({ a: f32(0, 4), b: f32(8, 12) }, 12), problem: /"b" begins at byte 8 .* ends at 4/ },
    "data after the last tensor": { bytes: fileOf({ a: f32(0, 4) }, 8), problem: /take 4 bytes, but 8/ },
    "a cut file": { bytes: fileOf({ a: f32(0, 8) }, 4), problem: /take 8 bytes, but 4/ },
    "a shape of other size": {
      bytes: fileOf({ a: { dtype: "F32", shape: [3], data_offsets: [0, 8] } }, 8),
      problem: /has 8 bytes, not 12/,
    },
    "a shape whose size overflows": {
      bytes: fileOf({ a: { dtype: "F32", shape: [2 ** 52, 2 ** 52], data_offsets: [0, 8] } }, 8),
      problem: /"a" of F32/,
    },
    "a negative size": {
      bytes: fileOf({ a: { dtype: "F32", shape: [-1], data_offsets: [0, 4] } }, 4),
      problem: /not a list of sizes/,
    },
    "offsets that run backwards": {
      bytes: fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [4, 0] } }, 4),
      problem: /has -4 bytes/,
    },
    "a dtype that we do not hold": {
      bytes: fileOf({ a: { dtype: "BF16", shape: [1], data_offsets: [0, 2] } }, 2),
      problem: /dtype "BF16"; we read F64/,
    },
    "a dtype named like a method": {
      bytes: fileOf({ a: { dtype: "toString", shape: [1], data_offsets: [0, 2] } }, 2),
      problem: /dtype "toString"/,
    },
    "an unknown field": { bytes: fileOf({ a: { ...f32(0, 4), extra: 1 } }, 4), problem: /unknown field "extra"/ },
    "metadata that is not strings": { bytes: fileOf({ __metadata__: { step: 3 } }, 0), problem: /__metadata__/ },
    "nested objects": { bytes: fileOf({ a: { dtype: { a: 1 } } }, 0), problem: /twice, or nests deeper/ },
  };
  test.each(Object.entries(hostile))("refuses %s", (_, { bytes, problem }) => {
    expect(() => readSafetensors(bytes, "evil.safetensors")).toThrow(
      expect.objectContaining({
        code: "MODEL_WEIGHTS_INVALID",
        details: { file: "evil.safetensors", problem: expect.stringMatching(problem) },
      }),
    );
  });

  test("answers random damage with an error or a value, never otherwise", () => {
    const file = join(writeSafetensors(new Map([["w", tensorFrom("float32", [3], [1, 2, 3])]]), { step: "1" }));
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), fc.nat(file.length), (at, byte, length) => {
        const damaged = file.slice();
        damaged[at] = byte;
        try {
          readSafetensors(damaged.subarray(0, length), "f");
        } catch (error) {
          expect(error).toMatchObject({ code: "MODEL_WEIGHTS_INVALID" });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("writeSafetensors", () => {
  test("is undone by readSafetensors for every dtype, bit for bit", () => {
    const anyTensor: fc.Arbitrary<Tensor> = fc
      .tuple(fc.constantFrom(...NUMERIC_DTYPES), fc.array(fc.nat(3), { maxLength: 3 }))
      .chain(([dtype, shape]) => {
        const size = elementCount(shape) * DTYPES[dtype].bytes;
        return fc
          .uint8Array({ minLength: size, maxLength: size })
          .map((bytes) => tensor(dtype, shape, new DTYPES[dtype].array(bytes.slice().buffer) as never));
      });
    const anyName = fc.string({ unit: "grapheme", minLength: 1 }).filter((name) => name !== "__metadata__");
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(anyName, anyTensor), { selector: ([name]) => name, maxLength: 5 }),
        fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
        (entries, metadata) => {
          const read = readSafetensors(join(writeSafetensors(new Map(entries), metadata)), "f");
          expect(read.metadata).toEqual(metadata);
          expect(read.tensors.size).toBe(entries.length);
          for (const [name, { dtype, shape, data }] of entries) {
            const found = read.tensors.get(name)!;
            expect([found.dtype, found.shape]).toEqual([dtype, shape]);
            expect(new Uint8Array(found.data.buffer, found.data.byteOffset, found.data.byteLength)).toEqual(
              new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
            );
          }
        },
      ),
    );
  });

  test("aligns data to eight bytes and does not depend on the order of insertion", () => {
    const a = tensorFrom("uint8", [3], [1, 2, 3]);
    const b = tensorFrom("float32", [1], [4]);
    const one = join(
      writeSafetensors(
        new Map<string, Tensor>([
          ["a", a],
          ["b", b],
        ]),
      ),
    );
    const other = join(
      writeSafetensors(
        new Map<string, Tensor>([
          ["b", b],
          ["a", a],
        ]),
      ),
    );
    expect(one).toEqual(other);
    expect(Number(new DataView(one.buffer).getBigUint64(0, true)) % 8).toBe(0);
    expect([...readSafetensors(one, "f").tensors.keys()]).toEqual(["b", "a"]);
  });

  test("writes views, not copies, of the data", () => {
    const weight = tensorFrom("float32", [4], [1, 2, 3, 4]);
    expect(writeSafetensors(new Map([["w", weight]]))[1]!.buffer).toBe(weight.data.buffer);
  });
});
