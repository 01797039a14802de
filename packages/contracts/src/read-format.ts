import { z } from "zod";

/** A stored document, or the first thing that makes it unreadable. */
export type ReadDocument<T> =
  | { readonly success: true; readonly document: T }
  | { readonly success: false; readonly field: string; readonly problem: string };

/** By the number of a format: reads a document of it as one of today's. */
export type FormatReaders<T> = Readonly<Record<number, (value: unknown) => z.ZodSafeParseResult<T>>>;

const formatSchema = z.looseObject({ format: z.int() });

/**
 * Reads a stored document of whatever format it says that it is.
 *
 * @param value Its parsed JSON.
 * @param kind What it is, for a problem without words of its own: `a manifest`.
 */
export function readFormat<T>(
  value: unknown,
  { readers, kind }: { readonly readers: FormatReaders<T>; readonly kind: string },
): ReadDocument<T> {
  const unreadable = ({ issues: [issue] }: z.ZodError): ReadDocument<T> => ({
    success: false,
    field: issue?.path.join(".") || "(top level)",
    problem: issue?.message ?? `is not ${kind}`,
  });
  const head = formatSchema.safeParse(value);
  if (!head.success) return unreadable(head.error);
  const { format } = head.data;
  const read = readers[format];
  if (read === undefined) {
    const problem = `is ${format}; this Modelwright reads ${Object.keys(readers).join(", ")}`;
    return { success: false, field: "format", problem };
  }
  const result = read(value);
  return result.success ? { success: true, document: result.data } : unreadable(result.error);
}
