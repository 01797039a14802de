import { z } from "zod";
import { fromJson } from "./json.ts";

/**
 * A column that holds JSON, read as what the schema says.
 * @param parse Default: what `toJson` wrote. What clients sent is kept, and read, as it was.
 */
export function jsonColumn<Schema extends z.ZodType>(schema: Schema, parse: (text: string) => unknown = fromJson) {
  const parsed = z.string().transform((text, context): unknown => {
    try {
      return parse(text);
    } catch {
      context.addIssue({ code: "custom", message: "is no JSON" });
      return z.NEVER;
    }
  });
  return parsed.pipe(schema);
}
