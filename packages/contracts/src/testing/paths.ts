type Container = Record<string, unknown>;

/** A copy with some of its values replaced, by path (`data.split.test`, `evaluate.baselines.0`). */
export function withValues<Value extends object>(value: Value, replaced: Readonly<Record<string, unknown>>): unknown {
  const copy = structuredClone(value) as Container;
  for (const [path, inner] of Object.entries(replaced)) {
    const keys = path.split(".");
    const last = keys.pop()!;
    const parent = keys.reduce<Container>((at, key, i) => {
      const isList = /^\d+$/.test(keys[i + 1] ?? last);
      at[key] ??= isList ? [] : {};
      return at[key] as Container;
    }, copy);
    parent[last] = inner;
  }
  return copy;
}

/** A copy of a value without what stands at a path. */
export function without(value: object, path: string): unknown {
  const copy = structuredClone(value) as Container;
  const keys = path.split(".");
  const last = keys.pop()!;
  const parent = keys.reduce<Container>((at, key) => at[key] as Container, copy);
  delete parent[last];
  return copy;
}

/** The value at a path. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((at, key) => (at as Container | undefined)?.[key], value);
}

/** The part of a JSON Schema that tells paths. */
export interface DescribedValue {
  readonly properties?: Readonly<Record<string, DescribedValue>>;
  readonly items?: DescribedValue;
}

/** Paths of a JSON Schema's mappings and of what is none, in its order; a list's elements stand at `0`. */
export function pathsOf(
  schema: DescribedValue,
  prefix = "",
): { readonly mappings: string[]; readonly values: string[] } {
  const { properties, items } = schema;
  const children = properties ?? (items === undefined ? undefined : { 0: items });
  const own = prefix === "" ? [] : [prefix.slice(0, -1)];
  if (children === undefined) return { mappings: [], values: own };
  const below = Object.entries(children).map(([key, child]) => pathsOf(child, `${prefix}${key}.`));
  return {
    mappings: [...(properties === undefined ? [] : own), ...below.flatMap(({ mappings }) => mappings)],
    values: [...(properties === undefined ? own : []), ...below.flatMap(({ values }) => values)],
  };
}
