import type { SchemaChange } from "@modelwright/registry";

/** What became of a registry's database, in a sentence or two. */
export function schemaChangeText({ from, to, steps, copy }: SchemaChange): string {
  const kept = copy === undefined ? "" : `; its records as they were: ${copy}`;
  return `the registry's database went from schema ${from} to ${to} (${steps.join(", ")})${kept}`;
}
