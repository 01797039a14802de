import { defaultRuntime, encodeModel, type OptimizerName, type Tensor, tensor, tensorFrom } from "@modelwright/engine";
import { buildPrediction, INFERENCE, type ModelDefinition } from "@modelwright/models";
import { trainModel } from "@modelwright/training";
import { describe, expect, test } from "vitest";
import { hashed, hashedParameters, hashedUnits } from "./hashed-model.ts";

/** What `curve` in fixtures/hashed_model.py stores. */
export interface ArchitectureFixture {
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  /** Every k-th number of the first batch's output, before training. */
  readonly logitsSample: readonly number[];
  readonly losses: readonly number[];
  /** The mean of each buffer after training. */
  readonly bufferMeans?: Readonly<Record<string, number>>;
}

export type TrainingConfig = { readonly optimizer: OptimizerName } & Readonly<
  Record<"steps" | "batchSize" | "learningRate" | "weightDecay" | "clipNorm", number>
>;

export interface ArchitectureCase {
  readonly name: string;
  readonly model: ModelDefinition;
  /** A multiple of the batch size: rows of the updates, in order and again from the first. */
  readonly data: Readonly<Record<string, Tensor>>;
  /** Name of the output that is compared before training. Default "logits". */
  readonly output?: string;
  readonly fixture: ArchitectureFixture;
  readonly training: TrainingConfig;
}

/** Noise with a brighter row of pixels, whose place is the class: the images and their classes. */
export function imageRows(
  rows: number,
  { image, classes }: { readonly image: readonly [number, number, number]; readonly classes: number },
): { images: Tensor<"float32">; labels: Tensor } {
  const [channels, height, width] = image;
  const size = channels * height * width;
  const labels = Array.from(hashed(rows, "label"), (bits) => bits % classes);
  const images = Float32Array.from(hashedUnits(rows * size, "noise"), (noise, i) => {
    const pixelRow = Math.floor(i / width) % height;
    return Math.fround(noise) + (pixelRow === labels[Math.floor(i / size)] ? 1 : 0);
  });
  return { images: tensor("float32", [rows, ...image], images), labels: tensorFrom("int64", [rows], labels) };
}

const relativeDifference = (actual: number, expected: number) => Math.abs(actual - expected) / Math.abs(expected);

/** Compares shapes, logits before training and the losses of all updates, from hashed weights and batches. */
export function describeBesidePytorch(cases: readonly ArchitectureCase[]): void {
  describe.each(cases)(
    "$name beside PyTorch, from the same weights and batches",
    ({ model, data, output = "logits", fixture, training }) => {
      const built = buildPrediction(model, { source: hashedParameters, build: INFERENCE });

      test("has PyTorch's parameters", () => {
        const shapes = Object.fromEntries(
          Array.from(
            built.parameters,
            ([
              key,
              {
                tensor: { shape },
              },
            ]) => [key, [...shape]],
          ),
        );
        expect(shapes).toEqual(fixture.parameters);
      });

      test(`gives PyTorch's ${output}, to 1e-4 of the largest`, async () => {
        const first = Object.fromEntries(
          Object.keys(model.inputs).map((input) => {
            const { dtype, shape, data: values } = data[input]!;
            const count = (values.length / shape[0]!) * training.batchSize;
            return [
              input,
              { dtype, shape: [training.batchSize, ...shape.slice(1)], data: values.slice(0, count) } as Tensor,
            ];
          }),
        );
        const session = await (await defaultRuntime()).createSession(encodeModel(built.graph), { threads: 1 });
        const { [output]: given } = await session.run(first).finally(() => session.release());
        const stride = Math.max(1, Math.floor(given!.data.length / 64));
        const largest = Math.max(...fixture.logitsSample.map(Math.abs));
        for (const [i, expected] of fixture.logitsSample.entries())
          expect(Math.abs(Number(given!.data[i * stride]) - expected) / largest).toBeLessThan(1e-4);
      });

      test(`loses what PyTorch loses over ${training.steps} updates, to 1e-3`, async () => {
        const { optimizer, steps, batchSize, learningRate, weightDecay, clipNorm } = training;
        const trained = await trainModel(model, {
          data: { tensors: data },
          parameters: new Map<string, { readonly tensor: Tensor }>([...built.parameters, ...built.buffers]),
          shuffle: false,
          threads: 1,
          ...{ optimizer, steps, batchSize, learningRate, weightDecay, clipNorm },
        });
        const losses = trained.curve.map(({ loss }) => loss);
        const buffers = Object.fromEntries(trained.buffers);
        trained.release();
        expect(losses).toHaveLength(steps);
        for (const [step, expected] of fixture.losses.entries())
          expect(relativeDifference(losses[step]!, expected), `update ${step}`).toBeLessThan(1e-3);
        if (steps >= 50) expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]!);
        expect(Object.keys(buffers).sort()).toEqual(Object.keys(fixture.bufferMeans ?? {}));
        for (const [name, expected] of Object.entries(fixture.bufferMeans ?? {})) {
          const { data: values } = buffers[name]!;
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          expect(Math.abs(mean - expected), name).toBeLessThan(1e-3 * Math.max(1, Math.abs(expected)));
        }
      });
    },
  );
}
