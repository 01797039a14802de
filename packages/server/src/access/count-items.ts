/** How many items a request asks for, as its body says before it is checked; at least 1. */
export type CountItems = (body: unknown) => number;

/** Of a body that holds its items in a list: the longest in it. */
export const longestList: CountItems = (body) =>
  Object.values(body ?? {}).reduce(
    (longest: number, value) => (Array.isArray(value) ? Math.max(longest, value.length) : longest),
    1,
  );

/** Of a body with tensors: the first length of the first. */
export const firstOfShape: CountItems = (body) => {
  const { json } = (body ?? {}) as { json?: { inputs?: readonly { shape?: readonly unknown[] }[] } };
  return Math.max(1, Number(json?.inputs?.[0]?.shape?.[0]) || 1);
};
