import { counted } from "../../wording/quantities.ts";

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** Two numbers are a yes and a no. */
const FEWEST_AMOUNTS = 3;
const SEPARATORS = ["|", ";"] as const;
/** Of the labels so many at least have a separator, where they are several in one. */
const SEPARATED = 0.2;

/** What labels look like that another task would learn better. */
export function labelHints(labels: readonly string[]): string[] {
  return [...amounts(labels), ...combinations(labels)];
}

function amounts(labels: readonly string[]): string[] {
  if (labels.length < FEWEST_AMOUNTS || !labels.every((label) => DECIMAL.test(label))) return [];
  return [
    `the ${counted(labels.length, "label")} are numbers; if they are amounts, such as stars, text-regression learns them better: it knows which are near each other (init --target)`,
  ];
}

/** Labels that are made of parts which are in others too: `billing|urgent`. */
function combinations(labels: readonly string[]): string[] {
  for (const separator of SEPARATORS) {
    const parts = labels.map((label) => label.split(separator).map((part) => part.trim()));
    const separated = parts.filter(({ length }) => length > 1).length;
    const different = new Set(parts.flat()).size;
    if (separated < SEPARATED * labels.length || different >= parts.flat().length - separated / 2) continue;
    const example = labels.find((label) => label.includes(separator));
    if (example === undefined) continue;
    return [
      `labels such as ${JSON.stringify(example)} look like several in one; multi-label-classification learns each by itself (init --labels)`,
    ];
  }
  return [];
}
