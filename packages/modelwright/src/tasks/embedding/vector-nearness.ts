import type { Nearness } from "./outcome.ts";

/** Nearness of texts by their vectors, of any length. */
export function vectorNearness(vectorOf: (text: string) => Float32Array): Nearness {
  return {
    cosine: (left, right) => dot(unit(vectorOf(left)), unit(vectorOf(right)), 0),
    among: (documents) => {
      const units = documents.map((text) => unit(vectorOf(text)));
      const width = units[0]?.length ?? 0;
      const flat = new Float32Array(units.length * width);
      units.forEach((vector, i) => {
        flat.set(vector, i * width);
      });
      return (query, into) => {
        const vector = unit(vectorOf(query));
        for (let document = 0; document < units.length; document++)
          into[document] = dot(vector, flat, document * width);
      };
    },
  };
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector, 0));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** Of a vector and as many numbers of another one from a place on; in four sums, which a processor adds side by side. */
function dot(vector: Float32Array, others: Float32Array, from: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = vector.length - (vector.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += vector[i]! * others[from + i]!;
    b += vector[i + 1]! * others[from + i + 1]!;
    c += vector[i + 2]! * others[from + i + 2]!;
    d += vector[i + 3]! * others[from + i + 3]!;
  }
  for (let i = whole; i < vector.length; i++) a += vector[i]! * others[from + i]!;
  return a + b + c + d;
}
