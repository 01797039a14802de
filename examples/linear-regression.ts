// Ten points of y = 2x, a line, plain gradient descent. Run: npm run build && npx jiti examples/linear-regression.ts
import { writeFile } from "node:fs/promises";
import { defineModel, tensorFrom, trainModel } from "modelwright";
import { dense, meanSquaredError } from "modelwright/layers";

const line = defineModel({
  name: "line",
  inputs: { x: { dtype: "float32", shape: ["batch", 1] } },
  targets: { y: { dtype: "float32", shape: ["batch", 1] } },
  forward: (c, { x }) => ({ y: dense(c, x, { name: "line", width: 1 }) }),
  loss: (c, { outputs, targets }) => meanSquaredError(c, { predictions: outputs.y, targets: targets.y }),
});

const points = Array.from({ length: 10 }, (_, i) => i / 9);
const x = tensorFrom("float32", [10, 1], points);
const y = tensorFrom(
  "float32",
  [10, 1],
  points.map((value) => 2 * value),
);

const trained = await trainModel(line, {
  data: { tensors: { x, y } },
  optimizer: "sgd",
  learningRate: 0.3,
  batchSize: 10,
  steps: 200,
});

for (const [name, { tensor }] of trained.parameters) console.log(`${name} = ${tensor.data[0]!.toFixed(4)}`);
const prediction = await trained.predict({ x: tensorFrom("float32", [1, 1], [7]) });
console.log(`the line at x = 7: ${Number(prediction.y!.data[0]).toFixed(3)}`);

// The loss of each step, one decade of it every 30 pixels from 10 at the top.
const curve = trained.curve.map(({ step, loss }) => `${2 * step},${(30 * (1 - Math.log10(loss))).toFixed(1)}`);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 410 330">
  <rect width="410" height="330" fill="white"/>
  <polyline fill="none" stroke="steelblue" stroke-width="2" points="${curve.join(" ")}"/>
</svg>
`;
await writeFile("loss-curve.svg", svg);
console.log(
  `loss ${trained.curve[0]!.loss.toFixed(4)} → ${trained.curve.at(-1)!.loss.toExponential(1)}: loss-curve.svg`,
);
trained.release();
