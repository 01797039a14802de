import { z } from "zod";
import type { ItemLimits } from "./task-schemas.ts";
import { isWithin } from "./text-item.ts";

const RULE = 'must be a user: a name, or { "user", "items" } with one of both, items as names or { "item", "rating" }';

/** A user as a client sends one. */
export function userItem({ maxItemBytes }: ItemLimits) {
  const name = z.string().min(1);
  const chosen = z.union([name, z.strictObject({ item: name, rating: z.number() })]);
  const described = z
    .strictObject({ user: z.string().optional(), items: z.array(chosen).optional() })
    .refine(({ user, items }) => user !== undefined || items !== undefined, { error: RULE });
  return z
    .union([z.string(), described], { error: RULE })
    .refine((user) => isWithin(typeof user === "string" ? user : JSON.stringify(user), maxItemBytes), {
      error: `a user must be at most ${maxItemBytes} bytes of UTF-8`,
    });
}

/** Whom a model recommends to: a user by name, what was chosen so far, or both; what is given goes before what the model remembers. */
export type UserItem = z.output<ReturnType<typeof userItem>>;
