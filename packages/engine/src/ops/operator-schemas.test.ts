import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parsePlaces } from "./places.ts";
import { OPERATORS, type OperatorName } from "./table.ts";

interface AttributeSchema {
  readonly type: string;
  readonly default?: unknown;
}

interface Schema {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  /** Attributes of opsets before the oldest that the rows describe. */
  readonly older?: Readonly<Record<string, AttributeSchema>>;
}

/** What ONNX and ONNX Runtime say of their operators; made by fixtures/make-operator-schemas.py. */
const schemas: Readonly<Record<string, Schema>> = JSON.parse(
  readFileSync(new URL("./fixtures/operator-schemas.json", import.meta.url), "utf8"),
);

const rows = (Object.keys(OPERATORS) as OperatorName[]).map((opType) => {
  const row = OPERATORS[opType];
  return { opType, row, schema: schemas[row.domain === "" ? opType : `${row.domain}.${opType}`]! };
});

describe.each(rows)("the row of $opType", ({ row, schema }) => {
  test("has the inputs and outputs of the specification", () => {
    // What older opsets have as an attribute may be left out as an input.
    const replaced = Object.keys(schema.older ?? {}).filter((name) => name in row.attributes);
    const expected = schema.inputs.map((place) => (replaced.includes(place) ? `${place}?` : place));
    expect(row.inputs).toEqual(expected);
    expect(row.outputs).toEqual(schema.outputs);
  });

  test("has the attributes of the specification, with their types and defaults", () => {
    // A sparse tensor cannot stand in a graph: `decodeModel` refuses it.
    const listed = Object.entries(schema.attributes).filter(([, { type }]) => type !== "sparse_tensor");
    for (const [name, { type, default: preset }] of listed) {
      expect(row.attributes, name).toHaveProperty([name, "type"], type);
      if (preset !== undefined) expect(plain(row.attributes[name]!.default), name).toEqual(plain(preset));
    }
    const known = new Set([...Object.keys(schema.attributes), ...Object.keys(schema.older ?? {})]);
    expect(Object.keys(row.attributes).filter((name) => !known.has(name))).toEqual([]);
  });

  test("names each place once", () => {
    for (const places of [row.inputs, row.outputs]) {
      const names = parsePlaces(places).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

/** Numbers as float32 holds them, as the specification's own are. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "number" ? Math.fround(value) : value;
}
