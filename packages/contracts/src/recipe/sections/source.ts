import { z } from "zod";
import { path } from "./values.ts";

/** A user with a password, and parameters that stand for rights, as addresses have them. */
const PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*?:([^/?#]*)@/i;
const RIGHTS =
  /[?&](?:password|token|access_token|api_?key|key|sig|signature|x-amz-signature|x-amz-security-token)=([^&#]*)/gi;
/** A variable of the environment, which is no secret itself. */
const VARIABLE = /^\$\{\w+\}$/;

function holdsSecret(source: string): boolean {
  const password = PASSWORD.exec(source)?.[1];
  const found = [
    ...(password === undefined ? [] : [password]),
    ...Array.from(source.matchAll(RIGHTS), ([, value]) => value!),
  ];
  return found.some((value) => value !== "" && !VARIABLE.test(value));
}

/**
 * Where data lies, as it stands in a recipe: without passwords, since recipes are kept with runs and versions.
 *
 * @param what May be named, in words.
 */
export function source(what: string) {
  return path
    .refine((text) => !holdsSecret(text), {
      error: "must not hold a password or a token: recipes are kept with every run and version",
      params: { instead: `write \${NAME} in its place, and set the variable NAME in the environment`, isSecret: true },
    })
    .describe(`${what}; relative to the recipe, or an address (docs/data.md)`);
}

export const query = z
  .string()
  .min(1)
  .optional()
  .describe("Of a database, the query whose rows are read: select body as text, queue as label from tickets");
