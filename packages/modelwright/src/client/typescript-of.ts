import type { JsonSchema } from "@modelwright/server";

const WORDS: Readonly<Record<string, string>> = {
  string: "string",
  number: "number",
  integer: "number",
  boolean: "boolean",
  null: "null",
};

/** A JSON Schema as a type of TypeScript; what it does not know is `unknown`. */
export function typescriptOf(schema: JsonSchema, indent = ""): string {
  const { type, enum: values, const: only, anyOf, oneOf, items, properties, examples } = schema;
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ") || "never";
  if (only !== undefined) return JSON.stringify(only);
  const choice = anyOf ?? (properties === undefined ? oneOf : undefined);
  if (Array.isArray(choice)) return union(choice.map((each: JsonSchema) => typescriptOf(each, indent)));
  if (Array.isArray(type)) {
    // Values that were seen, for editors to offer; others may come.
    const known =
      Array.isArray(examples) && type.includes("string") ? examples.map((each) => JSON.stringify(each)) : [];
    const named = known.length === 0 ? type : type.filter((each) => each !== "string");
    return union([
      ...known,
      ...(known.length === 0 ? [] : ["(string & {})"]),
      ...named.map((each) => WORDS[each] ?? "unknown"),
    ]);
  }
  if (type === "array") return `readonly ${element(typescriptOf(items ?? {}, indent))}[]`;
  if (type === "object" && properties !== undefined) return objectType(schema, indent);
  if (type === "object") {
    const { additionalProperties } = schema as { readonly additionalProperties?: JsonSchema | boolean };
    const value = typeof additionalProperties === "object" ? typescriptOf(additionalProperties, indent) : "unknown";
    return additionalProperties === false ? "Record<never, never>" : `Readonly<Record<string, ${value}>>`;
  }
  return WORDS[String(type)] ?? "unknown";
}

function objectType({ properties = {}, required }: JsonSchema, indent: string): string {
  const names = Object.keys(properties);
  if (names.length === 0) return "Record<never, never>";
  const inner = `${indent}  `;
  const lines = names.flatMap((name) => {
    const property = properties[name]!;
    const { description } = property;
    const isRequired = Array.isArray(required) && required.includes(name);
    const comment = typeof description === "string" ? [`${inner}/** ${description.replaceAll("*/", "* /")} */`] : [];
    return [...comment, `${inner}readonly ${keyOf(name)}${isRequired ? "" : "?"}: ${typescriptOf(property, inner)};`];
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(" | ") || "never";
}

/** A type of which there are several stands in brackets before `[]`. */
function element(type: string): string {
  return /[|&]|^readonly /.test(type) && !type.startsWith("{") ? `(${type})` : type;
}
