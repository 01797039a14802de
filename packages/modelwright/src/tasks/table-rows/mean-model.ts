import type { LearntTable } from "./learner.ts";

/** The mean of models of the same rows, each of which may read other features. */
export function meanModel(models: readonly [LearntTable, ...LearntTable[]]): LearntTable {
  const [first, ...others] = models;
  if (others.length === 0) return first;
  const sumOf = (of: (model: LearntTable) => number) => models.reduce((sum, model) => sum + of(model), 0);
  return {
    features: models.flatMap(({ features }) => features) as unknown as LearntTable["features"],
    parameters: sumOf(({ parameters }) => parameters),
    ...(first.trees === undefined ? {} : { trees: sumOf(({ trees = 0 }) => trees) }),
    ...(first.rounds === undefined ? {} : { rounds: first.rounds }),
    predict: async (frame) => {
      const predicted = await Promise.all(models.map((model) => model.predict(frame)));
      return predicted[0]!.map((_, i) => predicted.reduce((sum, each) => sum + each[i]!, 0) / models.length);
    },
    compile: (b, numbersOf) => {
      const [one, ...rest] = models.map((model, i) => b.scope(`mean.${i}`, () => model.compile(b, numbersOf)));
      const sum = rest.reduce((total, each) => b.op("Add", [total, each]), one!);
      return b.op("Mul", [sum, b.scalar(1 / models.length)]);
    },
    release: async () => {
      for (const model of models) await model.release?.();
    },
  };
}
