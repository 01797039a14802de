import type { OperatorCase } from "../operator-case.ts";
import { uniform, values } from "../random-tensors.ts";

const rows = values("float32", [3, 2], [1, 2, -3, 0.5, 0.25, -0.75]);
const two = { coefficients: [0.1, 0.2, 0.3, -0.2], intercepts: [0.05, 0.15] };
const three = { coefficients: [0.1, 0.2, 0.3, -0.2, -0.4, 0.3], intercepts: [0.05, 0.1, -0.2] };
const one = { coefficients: [0.1, 0.2], intercepts: [0.05] };
const classifier = { inputs: [rows], outputCount: 2 };

export const mlLinearCases = {
  LinearRegressor: [
    { name: "one target", inputs: [rows], attributes: one },
    { name: "two targets", inputs: [rows], attributes: { ...two, targets: 2 } },
    { name: "without intercepts", inputs: [uniform([3])], attributes: { coefficients: [1, -2, 3] } },
    { name: "softmax", inputs: [rows], attributes: { ...two, targets: 2, post_transform: "SOFTMAX" } },
    { name: "logistic", inputs: [rows], attributes: { ...two, targets: 2, post_transform: "LOGISTIC" } },
    {
      name: "quantiles of the normal distribution",
      inputs: [values("float32", [4, 1], [0.02, 0.3, 0.5, 0.999])],
      attributes: { coefficients: [1], intercepts: [0], post_transform: "PROBIT" },
    },
  ],
  LinearClassifier: [
    { name: "two classes", ...classifier, attributes: { ...two, classlabels_ints: [7, 9] } },
    {
      name: "three classes as probabilities",
      ...classifier,
      attributes: { ...three, classlabels_ints: [7, 9, 5], post_transform: "SOFTMAX" },
    },
    {
      name: "names of classes",
      ...classifier,
      attributes: { ...three, classlabels_strings: ["x", "", "größe"], post_transform: "LOGISTIC" },
    },
    { name: "one score for two", ...classifier, attributes: { ...one, classlabels_strings: ["no", "yes"] } },
    {
      name: "one logistic score for two",
      ...classifier,
      attributes: { ...one, classlabels_ints: [0, 1], post_transform: "LOGISTIC" },
    },
    {
      name: "integers",
      inputs: [values("int64", [2, 2], [1, 2, -3, 4])],
      outputCount: 2,
      attributes: { ...two, classlabels_ints: [7, 9] },
    },
    {
      name: "one row",
      inputs: [values("float32", [2], [1, 2])],
      outputCount: 2,
      attributes: { ...two, classlabels_ints: [7, 9] },
    },
  ],
} satisfies Record<string, readonly OperatorCase[]>;
