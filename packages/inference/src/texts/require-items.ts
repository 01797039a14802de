import { ModelwrightError, showHttpValue, type TextItem } from "@modelwright/contracts";

/** What a manifest says of the items of its model. */
interface Reading {
  readonly preprocessing: { readonly pair?: "template" | "joined" | undefined };
}

/** What an item must be for a model, as a rule; undefined where it is that. */
export function unfitItem(item: unknown, { preprocessing }: Reading): string | undefined {
  if (preprocessing.pair === undefined) return typeof item === "string" ? undefined : "a text";
  const { text, second } = typeof item === "object" && item !== null ? (item as Partial<Record<string, unknown>>) : {};
  if (typeof text === "string" && typeof second === "string") return undefined;
  return 'a pair of texts, { "text", "second" }';
}

/**
 * Checks what a program without types may get wrong, before it fails somewhere inside.
 * @throws {ModelwrightError} `MODEL_INPUT_INVALID` naming the item.
 */
export function requireItems(items: unknown, manifest: Reading): asserts items is readonly TextItem[] {
  const refuse = (path: string, rule: string, value: unknown) =>
    new ModelwrightError("MODEL_INPUT_INVALID", { path, rule, got: showHttpValue(value) });
  if (!Array.isArray(items)) throw refuse("texts", "a list of texts", items);
  for (const [i, item] of items.entries()) {
    const rule = unfitItem(item, manifest);
    if (rule !== undefined) throw refuse(`texts[${i}]`, rule, item);
  }
}

/** Characters of a text, or of both of a pair. */
export function itemLength(item: TextItem): number {
  return typeof item === "string" ? item.length : item.text.length + item.second.length;
}
