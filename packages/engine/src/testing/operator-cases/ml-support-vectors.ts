import type { OperatorCase } from "../operator-case.ts";
import { values } from "../random-tensors.ts";

const rows = values("float32", [4, 2], [0.5, 1, -1, 2, 0, -0.75, 2, 0.25]);
const MACHINE = {
  kernel_params: [0.7, 0.2, 2],
  support_vectors: [0.3, 0.4, -1, 1, 0.9, -0.5, 1.5, 1.5, -0.2, -0.8],
};
const REGRESSOR = { ...MACHINE, n_supports: 5, coefficients: [0.5, 0.2, 0.7, -0.3, -0.3], rho: [0.1] };
const TWO = {
  ...MACHINE,
  kernel_type: "RBF",
  vectors_per_class: [3, 2],
  coefficients: REGRESSOR.coefficients,
  rho: [-0.3],
};
const THREE = {
  ...MACHINE,
  kernel_type: "RBF",
  vectors_per_class: [2, 2, 1],
  coefficients: [0.5, 0.2, -0.7, 0.3, -0.3, 0.1, -0.4, 0.6, -0.2, 0.9],
  rho: [0.1, -0.2, 0.05],
  classlabels_ints: [7, 8, 9],
};
const classifier = { inputs: [rows], outputCount: 2 };

export const mlSupportVectorsCases = {
  SVMRegressor: [
    ...["LINEAR", "POLY", "RBF", "SIGMOID"].map((kernel_type) => ({
      name: kernel_type,
      inputs: [rows],
      attributes: { ...REGRESSOR, kernel_type },
    })),
    {
      name: "without vectors",
      inputs: [rows],
      attributes: { kernel_params: [1, 0, 1], coefficients: [0.5, 0.25], rho: [0.1] },
    },
    { name: "one class", inputs: [rows], attributes: { ...REGRESSOR, kernel_type: "RBF", rho: [-0.4], one_class: 1 } },
  ],
  SVMClassifier: [
    { name: "two classes", ...classifier, attributes: { ...TWO, classlabels_strings: ["a", "b"] } },
    {
      name: "two logistic scores",
      ...classifier,
      attributes: { ...TWO, classlabels_ints: [7, 8], post_transform: "LOGISTIC" },
    },
    {
      name: "probabilities of two",
      ...classifier,
      attributes: { ...TWO, classlabels_ints: [7, 8], prob_a: [-1], prob_b: [0.1] },
    },
    { name: "votes of three pairs", ...classifier, attributes: THREE },
    {
      name: "probabilities of three",
      ...classifier,
      attributes: { ...THREE, prob_a: [-1, -2, -1.5], prob_b: [0.1, 0.2, -0.1] },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
