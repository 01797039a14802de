import { z } from "zod";
import { issueRule } from "./issue-rule.ts";

/** A schema of a request or a response: checks a value and describes itself in OpenAPI. */
export type HttpSchema<Value = unknown> = z.ZodType<Value>;

/** What is wrong with one value of a request. */
export interface SchemaIssue {
  /** `texts[3]`; `body` for the whole. */
  readonly path: string;
  readonly rule: string;
  readonly got: string;
}

/** JSON Schema 2020-12 as OpenAPI 3.1 uses it. */
export function openApiSchema(schema: HttpSchema, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io }) as Record<string, unknown>;
  return rest;
}

/**
 * Checks a value from outside.
 *
 * @param what Stands for the whole value in a path: `body`, `query`.
 * @returns The value with defaults, or the first thing that is wrong with it.
 */
export function checkHttpValue<T>(
  schema: z.ZodType<T>,
  value: unknown,
  what: string,
): { readonly value: T } | { readonly issue: SchemaIssue } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data };
  const issue = result.error.issues[0]!;
  const isUnknownKey = issue.code === "unrecognized_keys";
  const path = isUnknownKey ? [...issue.path, issue.keys[0]!] : issue.path;
  const rule = issueRule(issue);
  return { issue: { path: showPath(path, what), rule, got: showHttpValue(valueAt(value, path)) } };
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], root);
}

function showPath(path: readonly PropertyKey[], what: string): string {
  if (path.length === 0) return what;
  return path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i === 0 ? "" : "."}${String(key)}`)).join("");
}

const MAX_SHOWN = 80;
/** Deeper and longer values are cut: a client may nest lists until the stack ends. */
const MAX_SHOWN_DEPTH = 3;
const MAX_SHOWN_ELEMENTS = 8;

/** A value from outside as it stands in a message: JSON, cut where it is deep or long. */
export function showHttpValue(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(cut(value, 0)) ?? String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 3)}...` : text;
}

function cut(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.slice(0, MAX_SHOWN);
  if (typeof value !== "object" || value === null) return value;
  if (depth === MAX_SHOWN_DEPTH) return "...";
  if (Array.isArray(value)) return value.slice(0, MAX_SHOWN_ELEMENTS).map((element) => cut(element, depth + 1));
  const entries = Object.entries(value).slice(0, MAX_SHOWN_ELEMENTS);
  return Object.fromEntries(entries.map(([key, element]) => [key.slice(0, MAX_SHOWN), cut(element, depth + 1)]));
}
