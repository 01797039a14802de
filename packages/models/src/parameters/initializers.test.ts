import { RandomSource } from "@modelwright/engine";
import { describe, expect, test } from "vitest";
import {
  heNormal,
  heUniform,
  type Initializer,
  normal,
  orthogonal,
  truncatedNormal,
  uniform,
  xavierNormal,
  xavierUniform,
} from "./initializers.ts";
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

  // Variances by the papers; a 3 × 3 convolution of 20 channels to 40 sums 180 inputs for an output and 360 outputs for an input.
  test.each<[string, Initializer, number[], number, number | undefined]>([
    ["normal", normal(0.5), [100, 200], 0.25, undefined],
    ["uniform", uniform(0.3), [100, 200], 0.3 ** 2 / 3, 0.3],
    ["xavierNormal", xavierNormal, [100, 200], 2 / 300, undefined],
    ["xavierUniform of a convolution", xavierUniform, [40, 20, 3, 3], 2 / 540, Math.sqrt(6 / 540)],
    ["heUniform", heUniform, [100, 200], 2 / 100, Math.sqrt(6 / 100)],
    ["heNormal", heNormal, [100, 200], 2 / 100, undefined],
    ["heNormal of a convolution", heNormal, [40, 20, 3, 3], 2 / 180, undefined],
  ])("%s has its variance and bound", (_, initializer, shape, variance, bound) => {
    const values = initializer(shape, random());
    expect(deviation(values) ** 2 / variance).toBeCloseTo(1, 1);
    expect(Math.abs(mean(values))).toBeLessThan(4 * Math.sqrt(variance / values.length));
    const greatest = Math.max(...values.map(Math.abs));
    if (bound === undefined) expect(greatest).toBeGreaterThan(3 * Math.sqrt(variance));
    else expect(greatest / bound).toBeCloseTo(1, 2);
  });

  test.each([
    [[12, 30], 1],
    [[30, 12], 2],
    [[8, 4, 3, 3], 1],
  ])("orthogonal %j has orthonormal rows or columns, times the gain", (shape, gain) => {
    const values = orthogonal(gain)(shape, random());
    const [rows, columns] = [shape[0]!, values.length / shape[0]!];
    const wide = rows <= columns;
    const at = (vector: number, i: number) => (wide ? values[vector * columns + i]! : values[i * columns + vector]!);
    for (let p = 0; p < Math.min(rows, columns); p++) {
      for (let q = 0; q <= p; q++) {
        let product = 0;
        for (let i = 0; i < Math.max(rows, columns); i++) product += at(p, i) * at(q, i);
        expect(product).toBeCloseTo(p === q ? gain ** 2 : 0, 5);
      }
    }
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
