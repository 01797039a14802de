import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WireError, type WireField, walkFields, walkVarints } from "./protobuf-walker.ts";
import { int, len, varint } from "./testing/model-bytes.ts";

function fieldsOf(bytes: readonly number[]): WireField[] {
  const fields: WireField[] = [];
  walkFields(Uint8Array.from(bytes), 0, bytes.length, (field) => fields.push(field));
  return fields;
}

describe("walkFields", () => {
  test("reads the examples of the protobuf documentation", () => {
    // https://protobuf.dev/programming-guides/encoding/: 150 as field 1, "testing" as field 2.
    expect(fieldsOf([0x08, 0x96, 0x01])).toEqual([{ number: 1, wireType: 0, value: 150, start: 1, end: 3 }]);
    expect(fieldsOf([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67])).toEqual([
      { number: 2, wireType: 2, value: 0, start: 2, end: 9 },
    ]);
    // −2 takes ten bytes.
    const minusTwo = [0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    expect(fieldsOf(minusTwo)[0]?.value).toBe(-2);
  });

  test("steps over fields of a fixed size", () => {
    const fields = fieldsOf([...varint(3 * 8 + 1), ...new Array<number>(8).fill(0), ...varint(4 * 8 + 5), 0, 0, 0, 0]);
    expect(fields.map(({ number, start, end }) => [number, end - start])).toEqual([
      [3, 8],
      [4, 4],
    ]);
  });

  test("reads any int64, exactly where a double can hold it", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 29 - 1 }), (value, number) => {
        expect(fieldsOf(int(number, value))).toMatchObject([{ number, value }]);
      }),
    );
    const extremes = [-(2n ** 63n), 2n ** 63n - 1n];
    expect(extremes.map((value) => fieldsOf(int(1, value))[0]?.value)).toEqual([-(2 ** 63), 2 ** 63]);
  });

  test.each<[problem: string, bytes: number[]]>([
    ["a number that goes on after its tenth byte", [0x08, ...new Array<number>(10).fill(0xff), 1]],
    ["a number with more than 64 bits", [0x08, ...new Array<number>(9).fill(0xff), 2]],
    ["a number without an end", [0x08, 0xff]],
    ["a length beyond the end", [0x12, 0x02, 0x00]],
    ["a negative length", [0x12, ...varint(-1)]],
    ["eight bytes of which seven are there", [0x09, 0, 0, 0, 0, 0, 0, 0]],
    ["a group", [0x0b]],
    ["field number 0", [0x00, 0x00]],
    ["a tag alone", [0x08]],
  ])("does not take %s", (_problem, bytes) => {
    expect(() => fieldsOf(bytes)).toThrow(WireError);
  });

  test("does not look beyond the range it is given", () => {
    const bytes = Uint8Array.from([...len(1, "ab"), ...len(2, "cd")]);
    expect(() => walkFields(bytes, 0, 3, () => {})).toThrow(WireError);
  });
});

test("walkVarints reads one number after the other", () => {
  const bytes = Uint8Array.from([1, 300, -1].flatMap(varint));
  const values: number[] = [];
  walkVarints(bytes, 0, bytes.length, (value) => values.push(value));
  expect(values).toEqual([1, 300, -1]);
});
