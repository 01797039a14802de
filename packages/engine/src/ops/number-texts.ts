import { DTYPES } from "../tensor/dtype.ts";
import type { ReferenceStrings, ReferenceTensor } from "./operator.ts";

/**
 * The texts that ONNX Runtime makes of numbers: integers in decimals, float64 with 17 significant digits, other floats with 8, as printf's `%g`
 * writes them. The specification leaves the format open.
 */
export function textsOf({ dtype, shape, data }: ReferenceTensor): ReferenceStrings {
  const digits = dtype === "float64" ? 17 : 8;
  const text = DTYPES[dtype].isFloat ? (value: number) => formatGeneral(value, digits) : String;
  return { dtype: "string", shape, data: Array.from(data, text) };
}

/** The numbers that texts spell, in float64. */
export function numbersOf({ shape, data }: ReferenceStrings): ReferenceTensor {
  return { dtype: "float64", shape, data: Float64Array.from(data, parseNumber) };
}

const NAMED: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "+inf": Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

function parseNumber(text: string): number {
  return NAMED[text.trim().toLowerCase()] ?? Number.parseFloat(text);
}

function formatGeneral(value: number, digits: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "INF" : "-INF";
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
  const power = Number(exponent);
  const sign = Object.is(value, -0) ? "-" : "";
  if (power >= -4 && power < digits) return sign + withoutZeros(value.toFixed(digits - 1 - power));
  const padded = String(Math.abs(power)).padStart(2, "0");
  return `${withoutZeros(mantissa)}e${power < 0 ? "-" : "+"}${padded}`;
}

function withoutZeros(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}
