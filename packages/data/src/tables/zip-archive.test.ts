import { utils, write } from "@e965/xlsx";
import { expect, test } from "vitest";
import { checkZip, zipSizes } from "./zip-archive.ts";

test("adds up the entries of an archive, and knows what is none", () => {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(Array.from({ length: 2000 }, (_, i) => [i, "text"])), "Rows");
  const stored = write(book, { type: "buffer", bookType: "xlsx", compression: false }) as Buffer;
  const deflated = write(book, { type: "buffer", bookType: "xlsx", compression: true }) as Buffer;
  const sizes = zipSizes(deflated)!;
  expect(sizes.unpacked).toBe(zipSizes(stored)!.unpacked);
  expect(zipSizes(stored)!.packed).toBe(sizes.unpacked);
  expect(sizes.packed).toBeLessThan(deflated.length);
  expect(zipSizes(deflated.subarray(0, deflated.length / 2))).toBeUndefined();
  expect(zipSizes(Buffer.from("no archive"))).toBeUndefined();
  for (const whole of [stored, deflated]) {
    checkZip(whole);
    const damaged = Buffer.from(whole);
    damaged[200]! ^= 0x10;
    expect(() => checkZip(damaged)).toThrow();
    expect(() => checkZip(whole.subarray(0, -40))).toThrow("the directory of its archive is missing");
  }
});
