import { expect, test } from "vitest";
import { byteSize } from "./byte-size.ts";

test.each([
  ["1", 1],
  ["512 B", 512],
  ["64MiB", 67_108_864],
  ["1.5gib", 1_610_612_736],
  ["1TiB", 1_099_511_627_776],
])("%s is %i bytes", (text, bytes) => {
  expect(byteSize("--size")(text)).toBe(bytes);
});

test.each(["", "0", "64 MB", "-1MiB", "MiB", "2TiB", "1e3", "64MiB x"])("%j is refused", (text) => {
  expect(() => byteSize("--size")(text)).toThrow(
    expect.objectContaining({ code: "CLI_OPTION_INVALID", details: expect.objectContaining({ option: "--size" }) }),
  );
});
