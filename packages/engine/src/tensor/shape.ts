/**
 * A size, or the name of a size that is known when the graph runs: `batch`, `sequence`, `batch*sequence`,
 * `floor(width/2)`.
 */
export type Dimension = number | string;
export type Shape = readonly Dimension[];

/** Product of dimensions; symbols are sorted, so that equal products have equal names. */
export function multiplyDimensions(dimensions: readonly Dimension[]): Dimension {
  let size = 1;
  const symbols: string[] = [];
  for (const dimension of dimensions) {
    if (typeof dimension === "number") size *= dimension;
    else symbols.push(...factorsOf(dimension));
  }
  const numbers = symbols.filter((factor) => /^\d+$/.test(factor));
  for (const factor of numbers) size *= Number(factor);
  const names = symbols.filter((factor) => !/^\d+$/.test(factor)).sort();
  if (names.length === 0 || size === 0) return size;
  return (size === 1 ? names : [String(size), ...names]).join("*");
}

/** `total / part` when it divides exactly, otherwise `undefined`. */
export function divideDimensions(total: Dimension, part: Dimension): Dimension | undefined {
  if (total === part) return 1;
  const factors = (dimension: Dimension) => {
    const parts = factorsOf(String(dimension));
    const size = parts
      .filter((factor) => /^\d+$/.test(factor))
      .reduce((product, factor) => product * Number(factor), 1);
    return { size, names: parts.filter((factor) => !/^\d+$/.test(factor)) };
  };
  const dividend = factors(total);
  const divisor = factors(part);
  for (const name of divisor.names) {
    const at = dividend.names.indexOf(name);
    if (at < 0) return undefined;
    dividend.names.splice(at, 1);
  }
  if (divisor.size === 0 || dividend.size % divisor.size !== 0) return undefined;
  return multiplyDimensions([dividend.size / divisor.size, ...dividend.names]);
}

/** The factors of a product of sizes; those inside the brackets of a sum are the sum's. */
export function factorsOf(dimension: string): readonly string[] {
  return splitOutside(dimension, "*");
}

/** The parts of a text between separators that stand in no brackets. */
function splitOutside(text: string, separator: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === separator && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** Sum of dimensions; `a+b` when one is symbolic. */
export function addDimensions(dimensions: readonly Dimension[]): Dimension {
  const size = dimensions.reduce<number>(
    (sum, dimension) => (typeof dimension === "number" ? sum + dimension : sum),
    0,
  );
  const symbols = dimensions.filter((dimension) => typeof dimension === "string");
  if (symbols.length === 0) return size;
  const terms = size === 0 ? symbols : [...symbols, String(size)];
  return terms.length === 1 ? terms[0]! : `(${terms.join("+")})`;
}

/** The whole part of `size / divisor`, both not negative; `floor(size/divisor)` when it cannot be told. */
export function divideDown(size: Dimension, divisor: number): Dimension {
  if (typeof size === "number") return Math.floor(size / divisor);
  return divideDimensions(size, divisor) ?? `floor(${size}/${divisor})`;
}

/** True when every dimension is a number. */
export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dimension) => typeof dimension === "number");
}

/** A shape as it stands in messages: `[batch, 128]`. */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/**
 * The shape of two shapes broadcast together by NumPy's rule, which ONNX shares; `undefined` when they do not
 * fit. A symbol may turn out to be 1 or the other size. Where two differ, `broadcast(a,b)` is the one of them
 * that is not 1.
 */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dimension[] = [];
  for (let i = 0; i < rank; i++) {
    const size = broadcastDimensions(a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1);
    if (size === undefined) return undefined;
    result.push(size);
  }
  return result;
}

function broadcastDimensions(a: Dimension, b: Dimension): Dimension | undefined {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (typeof a === "number") return typeof b === "number" ? undefined : a;
  if (typeof b === "number") return b;
  const names = new Set([...broadcastNames(a), ...broadcastNames(b)]);
  return `broadcast(${[...names].sort().join(",")})`;
}

/** The sizes that a broadcast one was made of; a size that is none is its own. */
function broadcastNames(dimension: string): readonly string[] {
  const inner = /^broadcast\((.*)\)$/.exec(dimension)?.[1];
  return inner === undefined ? [dimension] : splitOutside(inner, ",");
}

/** `axis` counted from the front; `-1` is the last of `rank`. */
export function normalizeAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
