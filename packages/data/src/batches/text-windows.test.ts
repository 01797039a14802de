import fc from "fast-check";
import { expect, test } from "vitest";
import { cutIntoWindows, meanByText, windowsCover } from "./text-windows.ts";

const ids = (length: number, { before, after }: { before: number; after: number }) =>
  Int32Array.from({ length }, (_, i) => (i < before ? 1 : i >= length - after ? 2 : 10 + i));

test("windows overlap, keep the special tokens, and the last one ends with the text", () => {
  const frame = { before: 1, after: 1 };
  const reading = { maxLength: 6, windows: { overlap: 1, most: 4 }, frame };
  const text = ids(11, frame);
  const { encoded, textOf } = cutIntoWindows([ids(6, frame), text, new Int32Array()], reading);
  expect(encoded.map((row) => [...row])).toEqual([
    [1, 11, 12, 13, 14, 2],
    [1, 11, 12, 13, 14, 2],
    [1, 14, 15, 16, 17, 2],
    [1, 16, 17, 18, 19, 2],
    [],
  ]);
  expect([...textOf]).toEqual([0, 1, 1, 1, 2]);
});

test("every token up to the cover stands in a window, and no text has more windows than it may", () => {
  const readings = fc.record({
    maxLength: fc.integer({ min: 1, max: 40 }),
    windows: fc.record({ overlap: fc.integer({ min: 0, max: 20 }), most: fc.integer({ min: 1, max: 9 }) }),
    frame: fc.record({ before: fc.integer({ min: 0, max: 2 }), after: fc.integer({ min: 0, max: 2 }) }),
  });
  fc.assert(
    fc.property(readings, fc.array(fc.nat(400), { maxLength: 6 }), (reading, lengths) => {
      const cover = windowsCover(reading);
      const texts = lengths.map((length) => ids(Math.min(length, cover), reading.frame));
      const { encoded, textOf } = cutIntoWindows(texts, reading);
      expect([...new Set(textOf)]).toEqual([...texts.keys()]);
      texts.forEach((text, i) => {
        const windows = encoded.filter((_, row) => textOf[row] === i);
        expect(windows.length).toBeLessThanOrEqual(reading.windows.most);
        expect(new Set(windows.flatMap((row) => [...row]))).toEqual(new Set(text));
        for (const { length } of windows) expect(length).toBe(Math.min(text.length, reading.maxLength));
      });
    }),
  );
});

test("the mean of a text is that of its rows", () => {
  expect([...meanByText([1, 2, 3, 6, 5, 7], Int32Array.of(0, 1, 1))]).toEqual([1, 2, 4, 6.5]);
  expect([...meanByText([], Int32Array.of())]).toEqual([]);
});
