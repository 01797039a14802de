import { z } from "zod";
import { fromJson } from "./json.ts";

/** A column that holds JSON, read as what the schema says. */
export function jsonColumn<Schema extends z.ZodType>(schema: Schema) {
  const parsed = z.string().transform((text, context): unknown => {
    try {
      return fromJson(text);
    } catch {
      context.addIssue({ code: "custom", message: "is no JSON" });
      return z.NEVER;
    }
  });
  return parsed.pipe(schema);
}
