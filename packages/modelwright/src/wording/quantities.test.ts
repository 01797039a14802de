import { expect, test } from "vitest";
import { bytes, counted, duration, magnitude, percent } from "./quantities.ts";

test.each([
  [counted(1, "row"), "1 row"],
  [counted(2400, "row"), "2,400 rows"],
  [duration(0.04), "0.0 s"],
  [duration(9.96), "10 s"],
  [duration(59.6), "1 min 00 s"],
  [duration(125), "2 min 05 s"],
  [duration(3720), "1 h 02 min"],
  [duration(Number.POSITIVE_INFINITY), "unknown"],
  [bytes(0), "0 B"],
  [bytes(1023), "1023 B"],
  [bytes(1024), "1.0 KiB"],
  [bytes(27.1 * 2 ** 20), "27.1 MiB"],
  [magnitude(2052), "2,052"],
  [magnitude(256_000), "256 k"],
  [magnitude(7_012_345), "7.0 M"],
  [percent(0.9731), "97.3 %"],
  [percent(0.99999), "> 99.9 %"],
  [percent(1), "100.0 %"],
  [percent(0.0003), "< 0.1 %"],
  [percent(0), "0.0 %"],
])("%s", (actual, expected) => {
  expect(actual).toBe(expected);
});
