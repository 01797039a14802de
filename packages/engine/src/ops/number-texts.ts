import { DTYPES } from "../tensor/dtype.ts";
import type { ReferenceStrings, ReferenceTensor } from "./operator.ts";

/**
 * The texts that ONNX Runtime makes of numbers: integers in decimals, floats with 8 significant digits as printf's `%g` writes them, float64
 * too. The specification leaves the format open.
 */
export function textsOf({ dtype, shape, data }: ReferenceTensor): ReferenceStrings {
  const text = DTYPES[dtype].isFloat ? formatGeneral : String;
  return { dtype: "string", shape, data: Array.from(data, text) };
}

/** The numbers that texts spell, in float64. */
export function numbersOf({ shape, data }: ReferenceStrings): ReferenceTensor {
  return { dtype: "float64", shape, data: Float64Array.from(data, parseNumber) };
}

const DIGITS = 8;

const NAMED: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "+inf": Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

function parseNumber(text: string): number {
  const named = NAMED[text.trim().toLowerCase()];
  const value = named ?? Number.parseFloat(text);
  if (named === undefined && Number.isNaN(value)) throw new Error(`Cast: "${text}" spells no number`);
  return value;
}

function formatGeneral(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "INF" : "-INF";
  const [mantissa, exponent] = value.toExponential(DIGITS - 1).split("e") as [string, string];
  const power = Number(exponent);
  const sign = Object.is(value, -0) ? "-" : "";
  if (power >= -4 && power < DIGITS) return sign + withoutZeros(value.toFixed(DIGITS - 1 - power));
  const padded = String(Math.abs(power)).padStart(2, "0");
  return `${withoutZeros(mantissa)}e${power < 0 ? "-" : "+"}${padded}`;
}

function withoutZeros(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}
