import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../../graph/builder.ts";
import type { WasmFunction } from "../../wasm/wasm-code.ts";
import { compileWasm, openWasm } from "../../wasm/wasm-memory.ts";
import { compileElementwise, compileSquaredSum } from "./compile-kernel.ts";
import type { Kernel } from "./kernel-calls.ts";
import { KernelMemory } from "./kernel-memory.ts";

const X = [3, -2.5, 0, -0, 1e-40, -1e-40, Infinity, -Infinity, NaN, 1e30, 7, -1e-20].map(Math.fround);
const Y = [2, 0.1, 0, 5, 1, 1, Infinity, 2, 1, 1e30, -3, 1e-20].map(Math.fround);

const OPERATORS: Readonly<Record<string, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Mul: (x, y) => x * y,
  Div: (x, y) => x / y,
  Identity: (x) => x,
  Sqrt: (x) => Math.sqrt(x),
  Sign: (x) => (Number.isNaN(x) ? 0 : Math.sign(x)),
};

/** As a kernel stores it: in float32, without denormals, which makes −0 a 0 too. */
function stored(value: number): number {
  const rounded = Math.fround(value);
  return Math.abs(rounded) < 2 ** -126 ? 0 : rounded;
}

function instantiate(memory: KernelMemory, kernel: WasmFunction): Kernel {
  return openWasm<"kernel">(compileWasm({ kernel }), memory.memory).kernel;
}

function buildGraph(opType: string, isScalar: boolean) {
  const b = new GraphBuilder({ name: opType });
  const x = b.input("x", "float32", ["n"]);
  const operands = OPERATORS[opType]!.length === 1 ? [x] : [x, b.input("y", "float32", isScalar ? [] : ["n"])];
  b.output(b.op(opType, operands), "z");
  return b.build();
}

describe("compileElementwise", () => {
  test.each(Object.keys(OPERATORS))("%s computes what JavaScript computes", (opType) => {
    const memory = KernelMemory.create(64, 4)!;
    const [x, y, z] = [X, Y, Y].map((values) => memory.allocate(Float32Array, values.length)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    x.set(X);
    y.set(Y);
    const addresses = { x: x.byteOffset, y: y.byteOffset, z: z.byteOffset };
    instantiate(memory, compileElementwise(buildGraph(opType, false), addresses))(0, 4 * X.length, 0);
    expect([...z]).toEqual(X.map((value, i) => stored(OPERATORS[opType]!(value, Y[i]!))));
  });

  test("touches only its part, with a scalar for all of it", () => {
    const memory = KernelMemory.create(64, 4)!;
    const [scalar, x] = [memory.allocate(Float32Array, 1), memory.allocate(Float32Array, 16)];
    scalar[0] = 10;
    x.fill(1);
    const kernel = instantiate(
      memory,
      compileElementwise(buildGraph("Mul", true), { x: x.byteOffset, z: x.byteOffset }),
    );
    kernel(16, 48, scalar.byteOffset);
    expect([...x]).toEqual([1, 1, 1, 1, 10, 10, 10, 10, 10, 10, 10, 10, 1, 1, 1, 1]);
  });

  test("names an operator that it has no code for", () => {
    const b = new GraphBuilder({ name: "erf" });
    b.output(b.op("Erf", [b.input("x", "float32", ["n"])]), "z");
    expect(() => compileElementwise(b.build(), { x: 0, z: 0 })).toThrow("Erf");
  });
});

test("compileSquaredSum adds the squares of its part in float64", () => {
  const memory = KernelMemory.create(64, 4)!;
  const [x, sums] = [memory.allocate(Float32Array, 16), memory.allocate(Float64Array, 2)];
  x.set([100, 100, 100, 100, 1e7, 1, 2, 3, 4, 5, 6, 7, 100, 100, 100, 100]);
  instantiate(memory, compileSquaredSum(x.byteOffset))(16, 48, sums.byteOffset);
  expect(sums[0]! + sums[1]!).toBe(1e14 + 1 + 4 + 9 + 16 + 25 + 36 + 49);
});

test("kernels reach beyond 2 GiB", () => {
  const memory = KernelMemory.create(64, 4)!;
  // Pages that nobody touches take no memory.
  memory.allocate(Uint8Array, 3 * 2 ** 30);
  const x = memory.allocate(Float32Array, 16).fill(3);
  const sums = memory.allocate(Float64Array, 2);
  instantiate(memory, compileSquaredSum(x.byteOffset))(0, 64, sums.byteOffset);
  expect(sums[0]! + sums[1]!).toBe(144);
});

test("an arena that 32-bit addresses cannot reach gets no memory", () => {
  expect(KernelMemory.create(300_000_000, 4)).toBeUndefined();
  expect(KernelMemory.create(250_000_000, 6)).toBeUndefined();
  expect(KernelMemory.create(250_000_000, 4)).toBeDefined();
});
