// The next value of a noisy series, by two LSTM layers over the last 48 values. Run: npm run build && npx jiti examples/series.ts
import { type Tensor, tensor, trainModel } from "modelwright";
import { lstmRegressor } from "modelwright/layers";

const [LENGTH, WINDOW] = [3000, 48];

/** Uniform in [0, 1): a multiplicative congruential generator (Park & Miller 1988), so that every run sees the same noise. */
let state = 1;
function uniform(): number {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
}

// Three periods that share no multiple within the series, and noise of standard deviation 0.1.
const clean = Array.from({ length: LENGTH }, (_, t) =>
  [24, 37, 101].reduce((sum, period) => sum + Math.sin((2 * Math.PI * t) / period) / 2, 0),
);
const series = clean.map((value) => value + 0.1 * (uniform() + uniform() + uniform() - 1.5) * 2);

function windows(from: number, to: number): { sequences: Tensor; values: Tensor } {
  const ends = Array.from({ length: to - from - WINDOW }, (_, i) => from + WINDOW + i);
  const sequences = Float32Array.from(ends.flatMap((end) => series.slice(end - WINDOW, end)));
  return {
    sequences: tensor("float32", [ends.length, WINDOW, 1], sequences),
    values: tensor(
      "float32",
      [ends.length, 1],
      Float32Array.from(ends, (end) => series[end]!),
    ),
  };
}

const split = 0.8 * LENGTH;
const test = windows(split, LENGTH);
const trained = await trainModel(lstmRegressor({ features: 1, width: 32 }), {
  data: { tensors: windows(0, split) },
  learningRate: 0.01,
  schedule: "cosine",
  epochs: 8,
  clipNorm: 1,
});
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rootMeanSquare = (errors: readonly number[]) => Math.sqrt(mean(errors.map((error) => error * error)));
const error = Math.sqrt(await trained.evaluate({ tensors: test }));
const later = series.slice(split + WINDOW);
const persistence = rootMeanSquare(later.map((value, i) => value - series[split + WINDOW + i - 1]!));
const noise = rootMeanSquare(later.map((value, i) => value - clean[split + WINDOW + i]!));
console.log(`root mean square error: ${error.toFixed(3)}`);
console.log(`the last value again: ${persistence.toFixed(3)}; the noise alone: ${noise.toFixed(3)}`);
trained.release();
