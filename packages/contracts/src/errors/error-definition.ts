/** What one error code means, and how its message is made from its typed details. */
export interface ErrorDefinition<Details> {
  /** HTTP status when the error reaches a client. 4xx are the caller's to fix; 5xx are ours. */
  readonly status: number;
  /** One sentence for the reference page: when this error is raised. */
  readonly meaning: string;
  /** Where, rule, and the value that broke it; no full stop at the end. */
  readonly message: (details: Details) => string;
  /** What the user does next; a sentence. */
  readonly remedy: string | ((details: Details) => string);
}

/** Keeps the type of `details` when a definition stands in a table. */
export function defineError<Details>(definition: ErrorDefinition<Details>): ErrorDefinition<Details> {
  return definition;
}

/** Joins legal choices for a message: `"a", "b" or "c"`. */
export function choices(values: readonly string[], limit?: number): string {
  return joined(values, { word: "or", limit });
}

/** Joins what there is for a message: `"a", "b" and "c"`. */
export function listed(values: readonly string[], limit?: number): string {
  return joined(values, { word: "and", limit });
}

function joined(
  values: readonly string[],
  { word, limit = 12 }: { readonly word: "or" | "and"; readonly limit?: number | undefined },
): string {
  const shown = values.slice(0, limit).map((value) => `"${value}"`);
  if (values.length > limit) shown.push(`${values.length - limit} more`);
  const last = shown.pop();
  if (last === undefined) return "none";
  return shown.length === 0 ? last : `${shown.join(", ")} ${word} ${last}`;
}
