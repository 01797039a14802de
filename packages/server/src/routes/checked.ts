import { checkHttpValue, type HttpSchema, ModelwrightError } from "@modelwright/contracts";

/**
 * The value of a request's part as its schema gives it.
 *
 * @param what Stands for the whole part in messages: `body`, `query`.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the path.
 */
export function checked<T>(schema: HttpSchema<T>, value: unknown, what: string): T {
  const result = checkHttpValue(schema, value, what);
  if ("value" in result) return result.value;
  throw new ModelwrightError("SERVER_REQUEST_INVALID", result.issue);
}
