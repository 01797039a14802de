import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { type DType, NUMERIC_DTYPES, type NumericDType, type TensorData } from "../../tensor/dtype.ts";
import { type Tensor, tensor, tensorFrom, zeros } from "../../tensor/tensor.ts";
import type { Runtime, Session } from "../runtime.ts";
import { type GraphParts, intAttribute, model, node } from "./model-bytes.ts";

const float32 = (shape: readonly number[], values: ArrayLike<number>) => tensorFrom("float32", shape, values);
const vector = (name: string, dtype: DType = "float32") => ({ name, dtype, shape: ["n"] });

/** z = x + y over vectors of any length. */
export const ADDITION = model({
  inputs: [vector("x"), vector("y")],
  outputs: [vector("z")],
  nodes: [node("z = Add(x, y)")],
});

const ADAM = { lr: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-8 };

/** One step of Adam without bias correction: parameters, both moments and a gradient in, the first three out. */
const ADAM_STEP = model({
  inputs: [vector("p"), vector("m"), vector("v"), vector("g")],
  outputs: [vector("p2"), vector("m2"), vector("v2"), vector("size")],
  initializers: {
    lr: float32([], [ADAM.lr]),
    beta1: float32([], [ADAM.beta1]),
    beta2: float32([], [ADAM.beta2]),
    rest1: float32([], [1 - ADAM.beta1]),
    rest2: float32([], [1 - ADAM.beta2]),
    eps: float32([], [ADAM.eps]),
  },
  nodes: [
    node("m_old = Mul(m, beta1)"),
    node("m_new = Mul(g, rest1)"),
    node("m2 = Add(m_old, m_new)"),
    node("v_old = Mul(v, beta2)"),
    node("g_squared = Mul(g, g)"),
    node("v_new = Mul(g_squared, rest2)"),
    node("v2 = Add(v_old, v_new)"),
    node("root = Sqrt(v2)"),
    node("denominator = Add(root, eps)"),
    node("direction = Div(m2, denominator)"),
    node("update = Mul(direction, lr)"),
    node("p2 = Sub(p, update)"),
    node("size = ReduceL2(update)"),
  ],
});

/** The sum of each row of two. */
const ROW_SUMS: GraphParts = {
  inputs: [{ name: "x", dtype: "float32", shape: ["batch", 2] }],
  outputs: [{ name: "y", dtype: "float32", shape: ["batch", 1] }],
  initializers: { axis: tensorFrom("int64", [1], [1]) },
  nodes: [node("y = ReduceSum(x, axis)")],
};

const EXTREMES: Readonly<Record<NumericDType, readonly (number | bigint)[]>> = {
  float32: [0, -0, 1.5, -3.4028234663852886e38, Number.POSITIVE_INFINITY, 1e-45],
  float64: [0, -0, Math.PI, -Number.MAX_VALUE, Number.NEGATIVE_INFINITY, Number.MIN_VALUE],
  float16: [0, 0x8000, 0x3e00, 0xfbff, 0x7c00, 1],
  int8: [0, 1, -1, 127, -128, 5],
  uint8: [0, 1, 2, 127, 255, 5],
  int16: [0, 1, -1, 32767, -32768, 5],
  uint16: [0, 1, 2, 32767, 65535, 5],
  int32: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 5],
  uint32: [0, 1, 2, 2 ** 31, 2 ** 32 - 1, 5],
  int64: [0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n],
  uint64: [0n, 1n, 2n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n + 1n],
  bool: [0, 1, 1, 0, 1, 0],
};

function extremes(dtype: NumericDType): Tensor {
  const result = zeros(dtype, [2, 3]);
  for (const [index, value] of EXTREMES[dtype].entries())
    (result.data as Record<number, number | bigint>)[index] = value;
  return result;
}

/** What every runtime does, whatever it is made of. */
export function describeRuntimeContract(name: string, createRuntime: () => Promise<Runtime>): void {
  describe(`the runtime contract: ${name}`, () => {
    async function withSession(
      bytes: Uint8Array | GraphParts,
      use: (session: Session) => Promise<void>,
    ): Promise<void> {
      const runtime = await createRuntime();
      const session = await runtime.createSession(bytes instanceof Uint8Array ? bytes : model(bytes), { threads: 2 });
      try {
        await use(session);
      } finally {
        session.release();
      }
    }
    const failure = (code: string, ...words: string[]) =>
      expect.objectContaining({
        code,
        message: expect.stringMatching(
          new RegExp(words.map((word) => word.replaceAll(/[[\]().]/g, "\\$&")).join(".*"), "s"),
        ),
      });

    test("says who it is", async () => {
      const runtime = await createRuntime();
      expect(runtime.name).toBe(name);
      expect(runtime.version()).toMatch(/^1\.\d+\.\d+$/);
    });

    test("holds outputs for further runs, of other sessions too", () =>
      withSession(ADDITION, async (session) => {
        const [x, y] = [float32([3], [1, 2, 3]), float32([3], [10, 20, 30])];
        const none = { fetches: [], hold: ["z"] };
        const first = await session.runHeld({ x, y }, none);
        expect(first.tensors).toEqual({});
        const sum = first.held.z!;
        expect(sum).toMatchObject({ dtype: "float32", shape: [3] });
        const both = session.runHeld({ x: sum, y: sum }, { fetches: ["z"], hold: [] });
        // The run under way still reads it.
        sum.release();
        sum.release();
        expect([...(await both).tensors.z!.data]).toEqual([22, 44, 66]);
        await expect(session.runHeld({ x: sum, y }, none)).rejects.toThrow(
          failure("ENGINE_RUNTIME_FAILED", "held tensor", "released"),
        );

        let outlived = sum;
        await withSession(ADDITION, async (other) => {
          outlived = (await other.runHeld({ x, y }, none)).held.z!;
        });
        const { tensors } = await session.runHeld({ x: outlived, y }, { fetches: ["z"], hold: [] });
        expect([...tensors.z!.data]).toEqual([21, 42, 63]);
        outlived.release();
      }));

    test("writes outputs over what it holds, which may be fed to the same run", () =>
      withSession(ADDITION, async (session) => {
        const [x, y] = [float32([3], [1, 2, 3]), float32([3], [10, 20, 30])];
        const sum = (await session.runHeld({ x, y }, { fetches: [], hold: ["z"] })).held.z!;
        expect(await session.runHeld({ x: sum, y }, { fetches: [], hold: [], over: { z: sum } })).toEqual({
          tensors: {},
          held: {},
        });
        const { tensors } = await session.runHeld({ x: sum, y }, { fetches: ["z"], hold: [] });
        expect([...tensors.z!.data]).toEqual([31, 62, 93]);
        await expect(session.runHeld({ x, y }, { fetches: ["z"], hold: [], over: { z: sum } })).rejects.toThrow(
          failure("ENGINE_SHAPE_MISMATCH", 'output "z"', "once"),
        );
        await expect(session.runHeld({ x, y }, { fetches: [], hold: [], over: { w: sum } })).rejects.toThrow(
          failure("ENGINE_SHAPE_MISMATCH", 'output "w"'),
        );
        sum.release();
      }));

    test("holds tensors without elements", () =>
      withSession(ADDITION, async (session) => {
        const empty = float32([0], []);
        const { held } = await session.runHeld({ x: empty, y: empty }, { fetches: [], hold: ["z"] });
        expect(held.z!.shape).toEqual([0]);
        held.z!.release();
      }));

    test("refuses a held tensor that does not fit", () =>
      withSession(ROW_SUMS, async (session) => {
        const row = float32([1, 2], [1, 2]);
        const { held } = await session.runHeld({ x: row }, { fetches: [], hold: ["y"] });
        await expect(session.runHeld({ x: held.y! }, { fetches: ["y"], hold: [] })).rejects.toThrow(
          failure("ENGINE_SHAPE_MISMATCH", 'input "x"', "[batch, 2]", "[1, 1]"),
        );
        await expect(session.runHeld({ x: row, w: held.y! }, { fetches: ["y"], hold: [] })).rejects.toThrow(
          failure("ENGINE_SHAPE_MISMATCH", 'input "w"'),
        );
        await expect(session.runHeld({ x: row }, { fetches: ["y"], hold: ["y"] })).rejects.toThrow(
          failure("ENGINE_SHAPE_MISMATCH", 'output "y"', "once"),
        );
        held.y!.release();
      }));

    test("describes inputs and outputs with fixed, named and unnamed sizes", () =>
      withSession(
        {
          inputs: [
            { name: "x", dtype: "float32", shape: ["batch", 2, ""] },
            { name: "ids", dtype: "int64", shape: [] },
          ],
          outputs: [
            { name: "y", dtype: "float32", shape: ["batch", 2, ""] },
            { name: "id", dtype: "int64", shape: [] },
          ],
          nodes: [node("y = Relu(x)"), node("id = Identity(ids)")],
        },
        async (session) => {
          expect(session.inputs).toEqual([
            { name: "x", dtype: "float32", shape: ["batch", 2, -1] },
            { name: "ids", dtype: "int64", shape: [] },
          ]);
          expect(session.outputs.map((output) => output.dtype)).toEqual(["float32", "int64"]);
        },
      ));

    describe("of texts", () => {
      const text = (name: string, shape: readonly (number | string)[] = ["n"]) => ({
        name,
        dtype: "string" as const,
        shape,
      });
      const ECHO = { inputs: [text("x")], outputs: [text("y")], nodes: [node("y = Identity(x)")] };
      const strings = true;

      test("describes them", () =>
        withSession(ECHO, async (session) => {
          expect(session.inputs).toEqual([{ name: "x", dtype: "string", shape: ["n"] }]);
          expect(session.outputs[0]?.dtype).toBe("string");
        }));

      test.each<[string, readonly string[]]>([
        ["empty ones", ["", "", "a", ""]],
        ["no text at all", []],
        ["one of a mebibyte", ["ab".repeat(2 ** 19), "c"]],
        ["many", Array.from({ length: 5000 }, (_, i) => `text ${i}`)],
        ["other scripts, combining marks, a mark of byte order", ["Größe", "日本語", "e\u0301", "\ufeffx", "السلام"]],
        ["emoji", ["🙂", "👩‍👩‍👧", "a🙂b"]],
      ])("passes %s in and out", (_, data) =>
        withSession(ECHO, async (session) => {
          const x = tensor("string", [data.length], data);
          expect(await session.run({ x }, ["y"], { strings })).toEqual({ y: x });
        }),
      );

      test("keeps the shape of a scalar and of a matrix", () =>
        withSession(
          {
            inputs: [text("x", []), text("z", ["n", 2])],
            outputs: [text("y", []), text("w", ["n", 2])],
            nodes: [node("y = Identity(x)"), node("w = Identity(z)")],
          },
          async (session) => {
            const x = tensor("string", [], ["one"]);
            const z = tensor("string", [2, 2], ["a", "b", "c", "d"]);
            expect(await session.run({ x, z }, undefined, { strings })).toEqual({ y: x, w: z });
          },
        ));

      test("gives a text with a NUL back whole, or refuses it, and never cuts it", () =>
        withSession(ECHO, async (session) => {
          const x = tensor("string", [3], ["a\0b", "\0", "c"]);
          const outcome = session.run({ x }, ["y"], { strings });
          if (name === "onnxruntime-c") expect(await outcome).toEqual({ y: x });
          else await expect(outcome).rejects.toEqual(failure("ENGINE_SHAPE_MISMATCH", 'input "x"', "NUL", "one at 0"));
        }));

      test("computes with them", () =>
        withSession(
          {
            inputs: [text("a"), text("b")],
            outputs: [{ name: "same", dtype: "bool", shape: ["n"] }],
            nodes: [node("same = Equal(a, b)")],
            opset: 19,
          },
          async (session) => {
            const a = tensor("string", [3], ["x", "🙂", ""]);
            const { same } = await session.run({ a, b: tensor("string", [3], ["x", "🙃", ""]) });
            expect(same?.data).toEqual(Uint8Array.of(1, 0, 1));
          },
        ));

      test("gives them only to those who ask for them", () =>
        withSession(
          {
            inputs: [vector("x")],
            outputs: [vector("y"), text("t")],
            nodes: [node("y = Relu(x)"), node("t = Cast(x)", [intAttribute("to", 8)])],
          },
          async (session) => {
            const x = float32([2], [-1, 1]);
            expect((await session.run({ x }, ["y"])).y?.data).toEqual(Float32Array.of(0, 1));
            const refused = failure("ENGINE_SHAPE_MISMATCH", 'output "t"', "strings: true");
            await expect(session.run({ x })).rejects.toEqual(refused);
            const { t } = await session.run({ x }, undefined, { strings });
            expect(t).toEqual(tensor("string", [2], ["-1", "1"]));
          },
        ));

      test("refuses what is no text, and buffers of them", () =>
        withSession(ECHO, async (session) => {
          const cases: [data: unknown, ...words: string[]][] = [
            [["a", 1], "must be texts", "1 at 1"],
            [["a", "\ud800"], "surrogate", "at 1"],
            [Float32Array.of(1, 2), "an array"],
            [["a"], "2 elements", "1 elements"],
          ];
          for (const [data, ...words] of cases) {
            const x = { dtype: "string", shape: [2], data } as unknown as Tensor<"string">;
            const run = session.run({ x }, ["y"], { strings });
            await expect(run).rejects.toEqual(failure("ENGINE_SHAPE_MISMATCH", 'input "x"', ...words));
          }
          await expect(session.run({ x: float32([2], [1, 2]) }, ["y"], { strings })).rejects.toEqual(
            failure("ENGINE_SHAPE_MISMATCH", "dtype must be string", "float32"),
          );
          const x = tensor("string", [1], ["a"]) as unknown as Tensor;
          const bind = () => session.bind({ inputs: { x }, outputs: {} });
          expect(bind).toThrow(failure("ENGINE_SHAPE_MISMATCH", "numbers or bools", "texts") as unknown as Error);
        }));
    });

    test.each(NUMERIC_DTYPES)("passes %s in and out, bit for bit", (dtype) => {
      const value = { dtype, shape: ["n", 3] };
      return withSession(
        { inputs: [{ name: "x", ...value }], outputs: [{ name: "y", ...value }], nodes: [node("y = Identity(x)")] },
        async (session) => {
          const x = extremes(dtype);
          const { y } = await session.run({ x });
          expect(y).toEqual(x);
          expect(y?.data.buffer).not.toBe(x.data.buffer);
          const bound = zeros(dtype, [2, 3], { shared: true });
          const binding = session.bind({ inputs: { x }, outputs: { y: bound } });
          expect(await binding.run()).toEqual({});
          expect(bound.data).toEqual(x.data);
          binding.release();
        },
      );
    });

    test("computes in int64, bool and float16", () =>
      withSession(
        {
          inputs: [vector("a", "int64"), vector("b", "int64"), vector("h", "float16")],
          outputs: [vector("sum", "int64"), vector("less", "bool"), vector("single")],
          nodes: [
            node("sum = Add(a, b)"),
            node("less = Less(a, b)"),
            node("single = Cast(h)", [intAttribute("to", 1)]),
          ],
        },
        async (session) => {
          const result = await session.run({
            a: { dtype: "int64", shape: [2], data: BigInt64Array.of(2n ** 60n, 3n) },
            b: { dtype: "int64", shape: [2], data: BigInt64Array.of(1n, 4n) },
            // 1.5, −2 and the smallest positive number as IEEE 754 binary16.
            h: { dtype: "float16", shape: [3], data: Uint16Array.of(0x3e00, 0xc000, 1) },
          });
          expect(result.sum?.data).toEqual(BigInt64Array.of(2n ** 60n + 1n, 7n));
          expect(result.less?.data).toEqual(Uint8Array.of(0, 1));
          expect(result.single?.data).toEqual(Float32Array.of(1.5, -2, 2 ** -24));
        },
      ));

    test("takes tensors without elements and scalars", async () => {
      await withSession(ADDITION, async (session) => {
        const empty = float32([0], []);
        expect(await session.run({ x: empty, y: empty })).toEqual({ z: empty });
        const binding = session.bind({ inputs: { x: empty, y: empty }, outputs: { z: float32([0], []) } });
        await binding.run();
        binding.release();
      });
      const scalar = (name: string) => ({ name, dtype: "float32" as const, shape: [] });
      await withSession(
        { inputs: [scalar("x"), scalar("y")], outputs: [scalar("z")], nodes: [node("z = Add(x, y)")] },
        async (session) => {
          const { z } = await session.run({ x: float32([], [2]), y: float32([], [3]) });
          expect(z).toEqual(float32([], [5]));
        },
      );
    });

    test("takes another size at each run where the shape has a name", () =>
      withSession(ADDITION, async (session) => {
        for (const n of [1, 1000, 7, 0, 33]) {
          const x = float32(
            [n],
            Array.from({ length: n }, (_, i) => i),
          );
          const { z } = await session.run({ x, y: x });
          expect(z).toEqual(
            float32(
              [n],
              Array.from({ length: n }, (_, i) => 2 * i),
            ),
          );
        }
      }));

    test("reads views into larger buffers and shared memory", () =>
      withSession(ADDITION, async (session) => {
        const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
        const shared = zeros("float32", [2], { shared: true });
        shared.data.set([10, 20]);
        const { z } = await session.run({ x: { dtype: "float32", shape: [2], data: view }, y: shared });
        expect(z?.data).toEqual(Float32Array.of(11, 22));
        expect(z?.data.buffer).toBeInstanceOf(ArrayBuffer);
      }));

    test("returns only the outputs that are fetched", () =>
      withSession(ADAM_STEP, async (session) => {
        const one = float32([1], [1]);
        const result = await session.run({ p: one, m: one, v: one, g: one }, ["v2", "m2"]);
        expect(Object.keys(result)).toEqual(["v2", "m2"]);
      }));

    test("names the input or output that does not fit", () =>
      withSession(ADDITION, async (session) => {
        const x = float32([2], [1, 2]);
        const cases: [run: () => Promise<unknown>, ...words: string[]][] = [
          [() => session.run({ x }), 'input "y"', "none"],
          [() => session.run({ x, y: x, w: x }), 'input "w"', '"x" or "y"'],
          [() => session.run({ x, y: float32([2, 1], [1, 2]) }), 'input "y"', "[n]", "[2, 1]"],
          [() => session.run({ x, y: tensorFrom("int32", [2], [1, 2]) }), 'input "y"', "float32", "int32"],
          [() => session.run({ x, y: { ...x, data: new Float32Array(3) } }), 'input "y"', "2 elements", "3 elements"],
          [
            () => session.run({ x, y: { ...x, data: new Int32Array(2) } as unknown as Tensor }),
            'input "y"',
            "Int32Array",
          ],
          [() => session.run({ x, y: x }, ["w"]), 'output "w"', '"z"'],
          [() => session.run({ x, y: x }, ["z", "z"]), 'output "z"', "twice"],
        ];
        for (const [run, ...words] of cases)
          await expect(run()).rejects.toEqual(failure("ENGINE_SHAPE_MISMATCH", ...words));
      }));

    test("names the operator that fails, and goes on afterwards", () =>
      withSession(ADDITION, async (session) => {
        const x = float32([2], [1, 2]);
        const wrong = session.run({ x, y: float32([3], [1, 2, 3]) });
        await expect(wrong).rejects.toEqual(failure("ENGINE_RUNTIME_FAILED", 'node "z_node" (Add)', "2 by 3"));
        expect((await session.run({ x, y: x })).z?.data).toEqual(Float32Array.of(2, 4));
      }));

    test("says why it refuses a model", async () => {
      const runtime = await createRuntime();
      const refused = (bytes: Uint8Array, ...words: string[]) =>
        expect(runtime.createSession(bytes)).rejects.toEqual(failure("ENGINE_RUNTIME_FAILED", "session", ...words));
      await refused(new Uint8Array(0));
      await refused(new Uint8Array(100).fill(7), "protobuf");
      await refused(ADDITION.subarray(0, 40));
      await refused(model({ outputs: [vector("z")], nodes: [node("z = Relu(x)")] }), "'x'");
      await refused(
        model({ inputs: [vector("x")], outputs: [vector("z")], nodes: [node("z = Nothing(x)")] }),
        "Nothing",
      );
    });

    test("leaves the bytes of a model alone, and does not need them afterwards", async () => {
      const runtime = await createRuntime();
      const bytes = Uint8Array.from(ADDITION);
      const session = await runtime.createSession(bytes);
      expect(bytes).toEqual(ADDITION);
      bytes.fill(0);
      expect((await session.run({ x: float32([1], [1]), y: float32([1], [2]) })).z?.data[0]).toBe(3);
      session.release();
    });

    test.each([true, false, "briefly", "between-runs"] as const)(
      "computes with threads that spin: %s",
      async (spinning) => {
        const session = await (await createRuntime()).createSession(Uint8Array.from(ADDITION), {
          threads: 2,
          spinning,
        });
        expect((await session.run({ x: float32([1], [1]), y: float32([1], [2]) })).z?.data[0]).toBe(3);
        session.release();
      },
    );

    test("writes ONNX Runtime's profile, which shows the graph as the optimization left it", async () => {
      const runtime = await createRuntime();
      const folder = mkdtempSync(join(tmpdir(), "modelwright-profile-"));
      const operators = async (optimization: "disabled" | "all") => {
        const bytes = model({
          inputs: [vector("x")],
          outputs: [vector("z")],
          nodes: [node("y = Identity(x)"), node("z = Relu(y)")],
        });
        const session = await runtime.createSession(bytes, { optimization, profile: join(folder, optimization) });
        await session.run({ x: float32([1], [1]) });
        session.release();
        // The package releases a session a little later.
        const written = () => readdirSync(folder).find((file) => file.startsWith(optimization));
        const profile = await vi.waitFor(() => {
          const events: unknown = JSON.parse(readFileSync(join(folder, written()!), "utf8"));
          return events as { args?: { op_name?: string } }[];
        }, 240_000);
        return new Set(profile.flatMap(({ args }) => args?.op_name ?? []));
      };
      try {
        expect(await operators("disabled")).toEqual(new Set(["Identity", "Relu"]));
        expect(await operators("all")).toEqual(new Set(["Relu"]));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    test("updates bound buffers in place to the same numbers as fresh outputs", () =>
      withSession(ADAM_STEP, async (session) => {
        const n = 1000;
        const start = Float32Array.from({ length: n }, (_, i) => Math.sin(i));
        const gradient = (step: number) =>
          float32(
            [n],
            Float32Array.from({ length: n }, (_, i) => Math.cos(i * step)),
          );
        const p = float32([n], start);
        const m = zeros("float32", [n], { shared: true });
        const v = zeros("float32", [n]);
        const binding = session.bind({ inputs: { p, m, v }, outputs: { p2: p, m2: m, v2: v } });
        let fresh: Record<string, Tensor> = {
          p2: float32([n], start),
          m2: zeros("float32", [n]),
          v2: zeros("float32", [n]),
        };
        const exact = { p: Float64Array.from(start), m: new Float64Array(n), v: new Float64Array(n) };
        for (let step = 1; step <= 5; step++) {
          const g = gradient(step);
          const { size } = await binding.run({ g }, ["size"]);
          fresh = await session.run({ p: fresh.p2!, m: fresh.m2!, v: fresh.v2!, g });
          expect(size).toEqual(fresh.size);
          for (let i = 0; i < n; i++) {
            exact.m[i] = ADAM.beta1 * exact.m[i]! + (1 - ADAM.beta1) * g.data[i]!;
            exact.v[i] = ADAM.beta2 * exact.v[i]! + (1 - ADAM.beta2) * g.data[i]! ** 2;
            exact.p[i]! -= (ADAM.lr * exact.m[i]!) / (Math.sqrt(exact.v[i]!) + ADAM.eps);
          }
        }
        expect({ p2: p.data, m2: m.data, v2: v.data }).toEqual({
          p2: fresh.p2!.data,
          m2: fresh.m2!.data,
          v2: fresh.v2!.data,
        });
        const worst = Math.max(...Array.from(exact.p, (value, i) => Math.abs(value - p.data[i]!)));
        expect(worst).toBeLessThan(1e-5);
        binding.release();
      }));

    test("fills bound buffers also where the output is a constant or a copy", () =>
      withSession(
        {
          inputs: [vector("x")],
          outputs: [vector("constant"), vector("copy"), vector("sum")],
          initializers: { a: float32([2], [1, 2]), b: float32([2], [3, 4]) },
          nodes: [node("constant = Add(a, b)"), node("copy = Identity(x)"), node("sum = Add(constant, copy)")],
        },
        async (session) => {
          const x = float32([2], [10, 20]);
          const outputs = { constant: zeros("float32", [2]), copy: zeros("float32", [2]), sum: zeros("float32", [2]) };
          const binding = session.bind({ inputs: { x }, outputs });
          await binding.run();
          x.data.set([20, 30]);
          await binding.run();
          expect(outputs.constant.data).toEqual(Float32Array.of(4, 6));
          expect(outputs.copy.data).toEqual(Float32Array.of(20, 30));
          expect(outputs.sum.data).toEqual(Float32Array.of(24, 36));
          binding.release();
        },
      ));

    test("runs one binding's calls in their order when they are not awaited", () =>
      withSession(ADDITION, async (session) => {
        const x = float32([1], [0]);
        const binding = session.bind({ inputs: { x }, outputs: { z: x } });
        await Promise.all(Array.from({ length: 50 }, () => binding.run({ y: float32([1], [1]) })));
        expect(x.data[0]).toBe(50);
        binding.release();
      }));

    test("refuses a binding that does not fit, and leaves the buffers as they were", () =>
      withSession(ADDITION, async (session) => {
        const x = float32([2], [1, 2]);
        const arena = new Float32Array(4);
        const at = (offset: number, length: number): Tensor => ({
          dtype: "float32",
          shape: [length],
          data: arena.subarray(offset, offset + length),
        });
        const misfit = (...words: string[]) => failure("ENGINE_SHAPE_MISMATCH", ...words);
        expect(() => session.bind({ inputs: { w: x }, outputs: {} })).toThrow(misfit('input "w"') as unknown as Error);
        expect(() => session.bind({ inputs: {}, outputs: { z: tensorFrom("int8", [2], [1, 2]) } })).toThrow(
          misfit('output "z"', "float32", "int8") as unknown as Error,
        );
        expect(() => session.bind({ inputs: { x: at(0, 3) }, outputs: { z: at(1, 3) } })).toThrow(
          misfit('output "z"', 'overlap with input "x"') as unknown as Error,
        );

        const z = float32([3], [7, 7, 7]);
        const binding = session.bind({ inputs: { x }, outputs: { z } });
        await expect(binding.run({ y: x })).rejects.toEqual(misfit('output "z"', "[2]", "[3]"));
        await expect(binding.run({ x, y: x })).rejects.toEqual(misfit('input "x"', "once"));
        await expect(binding.run({})).rejects.toEqual(misfit('input "y"', "none"));
        await expect(binding.run({ y: x }, ["z"])).rejects.toEqual(misfit('output "z"', "twice"));
        expect(z.data).toEqual(Float32Array.of(7, 7, 7));
        structuredClone(x.data.buffer, { transfer: [x.data.buffer as ArrayBuffer] });
        await expect(binding.run({ y: float32([2], [1, 2]) })).rejects.toEqual(misfit('input "x"', "0 elements"));
        binding.release();
      }));

    test("runs two sessions and many calls at once", () =>
      withSession(ADDITION, (first) =>
        withSession(ADAM_STEP, async (second) => {
          const one = float32([1], [1]);
          const calls = Array.from({ length: 600 }, async (_, i) => {
            const [sum, step] = await Promise.all([
              first.run({ x: float32([2], [i, 1]), y: float32([2], [1, i]) }),
              second.run({ p: one, m: one, v: one, g: float32([1], [i]) }, ["m2"]),
            ]);
            expect(sum.z?.data).toEqual(Float32Array.of(i + 1, i + 1));
            expect(step.m2?.data[0]).toBeCloseTo(ADAM.beta1 + (1 - ADAM.beta1) * i, 3);
          });
          await Promise.all(calls);
        }),
      ));

    test("reads small arrays where they are, whatever the collector does meanwhile", () =>
      withSession(ADDITION, async (session) => {
        const runs: Promise<TensorData>[] = [];
        const rubbish: unknown[] = [];
        for (let i = 0; i < 200; i++) {
          const run = session.run({
            x: float32([4], [i, i, i, i]),
            y: { dtype: "float32", shape: [4], data: new Float32Array([1, 2, 3, 4]) },
          });
          runs.push(run.then(({ z }) => z!.data));
          // Fills the young generation, so that it is collected while runs are under way.
          for (let j = 0; j < 500; j++) rubbish[j] = Array.from({ length: 50 }, () => ({ i }));
        }
        const results = await Promise.all(runs);
        expect(results).toEqual(results.map((_, i) => Float32Array.of(i + 1, i + 2, i + 3, i + 4)));
      }));

    test("stops before it begins when the signal says so", () =>
      withSession(ADDITION, async (session) => {
        const x = float32([1], [1]);
        const reason = new Error("no longer wanted");
        const run = session.run({ x, y: x }, ["z"], { signal: AbortSignal.abort(reason) });
        await expect(run).rejects.toBe(reason);
        expect((await session.run({ x, y: x }, ["z"], { signal: new AbortController().signal })).z?.data[0]).toBe(2);
      }));

    test("releases once, after the runs under way, and says so when it is used later", async () => {
      const runtime = await createRuntime();
      const session = await runtime.createSession(ADDITION);
      const x = float32([1], [1]);
      const binding = session.bind({ inputs: { x }, outputs: { z: float32([1], [0]) } });
      const other = session.bind({ inputs: { x }, outputs: {} });
      const underWay = [session.run({ x, y: x }), session.run({ x, y: x })];
      session.release();
      session.release();
      expect((await Promise.all(underWay)).map(({ z }) => z?.data[0])).toEqual([2, 2]);
      const late = failure("ENGINE_RUNTIME_FAILED", "session", "released");
      await expect(session.run({ x, y: x })).rejects.toEqual(late);
      await expect(binding.run({ y: x })).rejects.toEqual(late);
      expect(() => session.bind({ inputs: {}, outputs: {} })).toThrow(late as unknown as Error);
      binding.release();
      binding.release();
      other.release();
      await expect(binding.run({ y: x })).rejects.toEqual(failure("ENGINE_RUNTIME_FAILED", "binding", "released"));
    });
  });
}
