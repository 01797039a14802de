import type { DataType } from "apache-arrow";
import type { Cell, CellKind } from "./table.ts";

type Library = typeof import("apache-arrow");

/** How the values of a type become cells. */
interface TypeCells {
  readonly text: (value: never, type: never) => string;
  /** Default: a text. */
  readonly kind?: CellKind;
}

/**
 * Cells of values in Arrow's types: numbers as they are spelt, dates and times in ISO 8601 to the millisecond, those
 * with a time zone in UTC, bytes in base64, lists and structures as JSON.
 */
export class ArrowCells {
  readonly #types: Readonly<Record<number, TypeCells>>;
  readonly #dictionary: number;

  constructor({ Type, TimeUnit }: Library) {
    this.#dictionary = Type.Dictionary;
    const json = (type: DataType, value: unknown) => this.#json(type, value);
    const list: TypeCells = {
      kind: "list",
      text: (value: Iterable<unknown>, { children }: DataType) =>
        `[${Array.from(value, (each) => json(children[0]!.type as DataType, each)).join(",")}]`,
    };
    const units: Readonly<Record<number, number>> = {
      [TimeUnit.SECOND]: 1e3,
      [TimeUnit.MILLISECOND]: 1,
      [TimeUnit.MICROSECOND]: 1e-3,
      [TimeUnit.NANOSECOND]: 1e-6,
    };
    this.#types = {
      [Type.Int]: { kind: "number", text: String },
      [Type.Float]: {
        kind: "number",
        text: (value: number, { precision }: { readonly precision: number }) =>
          precision === 1 ? shortestSingle(value) : String(value),
      },
      [Type.Decimal]: { kind: "number", text: decimalText },
      [Type.Bool]: { kind: "boolean", text: String },
      [Type.Date]: { text: (value: number) => new Date(value).toISOString().slice(0, 10) },
      [Type.Timestamp]: {
        text: (value: number, { timezone }: { readonly timezone?: string | null }) =>
          isoTime(value) + (timezone ? "Z" : ""),
      },
      [Type.Time]: {
        text: (value: number | bigint, { unit }: { readonly unit: number }) =>
          isoTime(Number(value) * units[unit]!).slice(11),
      },
      [Type.Binary]: { text: base64 },
      [Type.LargeBinary]: { text: base64 },
      [Type.FixedSizeBinary]: { text: base64 },
      [Type.List]: list,
      [Type.LargeList]: list,
      [Type.FixedSizeList]: list,
      [Type.Struct]: {
        kind: "object",
        text: (value: Readonly<Record<string, unknown>>, { children }: DataType) =>
          object(children.map(({ name, type }) => [name, json(type as DataType, value[name])])),
      },
      [Type.Map]: {
        kind: "object",
        text: (value: Iterable<readonly [unknown, unknown]>, { children }: DataType) => {
          const [, values] = (children[0]!.type as DataType).children;
          return object(Array.from(value, ([key, each]) => [String(key), json(values!.type as DataType, each)]));
        },
      },
    };
  }

  /** What cells of a type are. */
  kind(type: DataType): CellKind | undefined {
    return this.#row(type)?.kind;
  }

  /** @param value As the library gives it; `undefined` for null. */
  text(type: DataType, value: unknown): string | undefined {
    if (value === null || value === undefined) return undefined;
    return this.#row(type)?.text(value as never, this.#plain(type) as never) ?? String(value);
  }

  #row(type: DataType): TypeCells | undefined {
    return this.#types[this.#plain(type).typeId];
  }

  /** A category is of the type of its values. */
  #plain(type: DataType): DataType {
    return type.typeId === this.#dictionary ? (type as unknown as { dictionary: DataType }).dictionary : type;
  }

  #json(type: DataType, value: unknown): string {
    const text = this.text(type, value);
    if (text === undefined) return "null";
    const cell: Cell = { text };
    const kind = this.kind(type);
    if (kind === "number") return Number.isFinite(Number(text)) ? text : "null";
    return kind === undefined ? JSON.stringify(cell.text) : text;
  }
}

function object(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(",")}}`;
}

function isoTime(milliseconds: number): string {
  const [whole, fraction = ""] = new Date(milliseconds).toISOString().slice(0, -1).split(".");
  const digits = fraction.replace(/0+$/, "");
  return digits === "" ? whole! : `${whole}.${digits}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** The shortest spelling that a float32 comes back from. */
function shortestSingle(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}

/** @param words Of 32 bits, the least significant first, in two's complement. */
function decimalText(words: Uint32Array, { scale }: { readonly scale: number }): string {
  const unsigned = Array.from(words).reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  const value = BigInt.asIntN(32 * words.length, unsigned);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  const sign = value < 0n ? "-" : "";
  return scale <= 0
    ? `${sign}${digits}${"0".repeat(-scale)}`
    : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
