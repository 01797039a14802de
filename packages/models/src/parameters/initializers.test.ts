import { RandomSource } from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import { truncatedNormal, xavierUniform } from "./initializers.ts";
import { drawnParameters } from "./parameter-source.ts";

const random = () => RandomSource.fromSeed(11);
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: Float32Array) => Math.sqrt(mean(values.map((value) => value ** 2)));

describe("initializers", () => {
  test("truncatedNormal keeps within two deviations and has the deviation of the cut normal", () => {
    const values = truncatedNormal(0.02)([100, 200], random());
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.04));
    // Cut at ±2, the standard normal has variance 1 − 4·φ(2) / (2·Φ(2) − 1) = 0.7737.
    expect(deviation(values) / 0.02).toBeCloseTo(Math.sqrt(0.7737), 1);
    expect(Math.abs(mean(values))).toBeLessThan(4e-4);
  });

  test("xavierUniform fills ±√(6 / (inputs + outputs))", () => {
    const values = xavierUniform([100, 200], random());
    const bound = Math.sqrt(6 / 300);
    expect(Math.max(...values)).toBeLessThanOrEqual(bound);
    expect(Math.max(...values)).toBeGreaterThan(bound * 0.99);
    expect(Math.min(...values)).toBeLessThan(-bound * 0.99);
    expect(deviation(values)).toBeCloseTo(bound / Math.sqrt(3), 3);
  });

  test("a parameter's values depend on the seed and its name, not on what was drawn before", () => {
    const request = (name: string) => ({ name, shape: [4, 4], initializer: xavierUniform });
    const one = drawnParameters(random());
    one.take(request("other"));
    const drawn = one.take(request("w")).data;
    expect(drawnParameters(random()).take(request("w")).data).toEqual(drawn);
    expect(drawnParameters(random()).take(request("v")).data).not.toEqual(drawn);
    expect(drawnParameters(RandomSource.fromSeed(12)).take(request("w")).data).not.toEqual(drawn);
  });
});
