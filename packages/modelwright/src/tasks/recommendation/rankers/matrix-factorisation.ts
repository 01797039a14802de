import { availableParallelism } from "node:os";
import { tensor } from "@modelwright/engine";
import { implicitFactors } from "@modelwright/training";
import { solveRidge } from "../solve-ridge.ts";
import type { RankerRow } from "./ranker.ts";

const CONFIDENCES = [1, 4];
const REGULARISATIONS = [10, 30];
/** Steps in which a user's vector is solved: the eigenvalues of its equations lie between 1 and the confidence. */
const STEPS = 12;

const given = (value: number | undefined, otherwise: readonly number[]) => (value === undefined ? otherwise : [value]);

interface Choice {
  readonly confidence: number;
  readonly regularisation: number;
}

/** Vectors of items by alternating least squares; that of a user is solved by the graph from what the user liked. */
export const matrixFactorisation: RankerRow<Choice> = {
  title: "vectors of users and items by alternating least squares",
  choices: ({ model }) =>
    given(model.confidence, CONFIDENCES).flatMap((confidence) =>
      given(model.regularisation, REGULARISATIONS).map((regularisation) => ({ confidence, regularisation })),
    ),
  fit: async ({ liked, catalogue }, choice, { recipe, onProgress, shouldStop }) => {
    const items = catalogue.items.length;
    const { factors } = recipe.model;
    const { iterations, seed, threads = availableParallelism() } = recipe.train;
    const { confidence } = choice;
    const options = { ...choice, factors, iterations, seed, threads, onProgress, shouldStop };
    const turned = await implicitFactors(liked, options);
    if (turned === undefined) return undefined;
    return {
      kind: "matrix-factorisation",
      settings: `${factors} factors, confidence ${confidence}, regularisation ${choice.regularisation}`,
      parameters: turned.length,
      compile: (b, given) => {
        // One more row, of zeros, for none.
        const rows = new Float32Array((items + 1) * factors);
        rows.set(turned);
        const table = b.initializer(b.scoped("factors"), tensor("float32", [items + 1, factors], rows));
        const history = b.op("Gather", [table, given]); // [batch, history, factors]
        const sum = b.op("ReduceSum", [history, b.ints([1])], { keepdims: 0 });
        const right = b.op("Mul", [b.op("Unsqueeze", [sum, b.ints([2])]), b.scalar(confidence)]);
        const weighted = b.op("Mul", [history, b.scalar(Math.sqrt(confidence - 1))]);
        const user = confidence === 1 ? right : solveRidge(b, weighted, right, STEPS);
        const all = b.op("Slice", [table, b.ints([0]), b.ints([items]), b.ints([0])]);
        return b.op("MatMul", [b.op("Squeeze", [user, b.ints([2])]), b.op("Transpose", [all], { perm: [1, 0] })]);
      },
    };
  },
};
