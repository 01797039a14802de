import { broadcastShapes, type Dimension, type Shape, showShape } from "../tensor/shape.ts";

/** An equation with a label for each axis of each operand. Axes behind an ellipsis have the labels `...0`, `...1`, … */
export interface EinsumEquation {
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
}

type Fail = (rule: string, got: string) => never;

const TERM = /^[A-Za-z]*(\.\.\.[A-Za-z]*)?$/;
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * Reads an equation as ONNX's Einsum has it. Without an arrow the output has the axes of the ellipsis and then, in alphabetical order, the
 * labels that occur once.
 *
 * @param ranks Of the operands.
 */
export function parseEinsum(equation: string, ranks: readonly number[], fail: Fail): EinsumEquation {
  const [left = "", right, ...more] = equation.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  if (more.length > 0 || ![...terms, right ?? ""].every((term) => TERM.test(term)))
    fail("the equation has the form ij,j...->i...", `"${equation}"`);
  if (terms.length !== ranks.length) fail(`the equation has ${ranks.length} operands`, `"${equation}"`);
  const operands = terms.map((term, i) => {
    const labels = labelAxes(term, ranks[i]! - term.replace("...", "").length);
    if (labels.length !== ranks[i]) fail(`"${term}" fits an operand of rank ${ranks[i]}`, `"${equation}"`);
    return labels;
  });
  const elliptic = operands.filter((_, i) => terms[i]!.includes("..."));
  const counts = new Set(elliptic.map((labels) => labels.filter(isBehindEllipsis).length));
  if (counts.size > 1)
    fail("each ellipsis stands for equally many axes", `"${equation}" for ranks ${ranks.join(", ")}`);
  const [behind = 0] = counts;
  const output = right === undefined ? impliedOutput(operands, behind) : labelAxes(right, behind);
  const isKnown = output.every((label) => operands.some((labels) => labels.includes(label)));
  if (new Set(output).size !== output.length || !isKnown)
    fail("the output names labels of the operands, each once", `"${equation}"`);
  return { operands, output };
}

/** The size of each label: that of its axes that are not 1. */
export function sizesOfLabels(
  { operands }: EinsumEquation,
  shapes: readonly Shape[],
  fail: Fail,
): Map<string, Dimension> {
  const sizes = new Map<string, Dimension>();
  operands.forEach((labels, i) => {
    labels.forEach((label, axis) => {
      const size = shapes[i]![axis]!;
      const known = sizes.get(label) ?? 1;
      const [broadcast] =
        broadcastShapes([known], [size]) ??
        fail(`the axes of "${label}" have one size, or 1`, shapes.map(showShape).join(" and "));
      sizes.set(label, broadcast!);
    });
  });
  return sizes;
}

/** The equation as text, with a letter for each label; `undefined` when the alphabet is too short. */
export function printEinsum({ operands, output }: EinsumEquation): string | undefined {
  const letters = new Map<string, string | undefined>();
  for (const label of operands.flat()) if (!letters.has(label)) letters.set(label, LETTERS[letters.size]);
  if (letters.size > LETTERS.length) return undefined;
  const term = (labels: readonly string[]) => labels.map((label) => letters.get(label)!).join("");
  return `${operands.map(term).join(",")}->${term(output)}`;
}

function labelAxes(term: string, behind: number): string[] {
  const [before = "", after] = term.split("...");
  if (after === undefined) return [...before];
  return [...before, ...Array.from({ length: Math.max(behind, 0) }, (_, i) => `...${i}`), ...after];
}

function isBehindEllipsis(label: string): boolean {
  return label.length > 1;
}

function impliedOutput(operands: readonly (readonly string[])[], behind: number): string[] {
  const letters = operands.flat().filter((label) => !isBehindEllipsis(label));
  const once = letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label));
  return [...labelAxes("...", behind), ...once.sort()];
}
