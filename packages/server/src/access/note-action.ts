import { ModelwrightError } from "@modelwright/contracts";
import type { Actor, AuditEntry, AuditStore } from "@modelwright/registry";
import type { FastifyRequest } from "fastify";

/**
 * Does what a request asks for, and writes down who asked and how it ended. What is done stays where that cannot be written,
 * as in a registry that is only read; then the log has all of it.
 */
export async function noteAction(
  store: AuditStore,
  request: FastifyRequest,
  { entry, act }: { readonly entry: AuditEntry; readonly act: () => Promise<void> },
): Promise<void> {
  const note = async (outcome: string) => {
    const [done, by] = [{ ...entry, outcome }, actorOf(request)];
    await store.note(done, by).catch((err: unknown) => {
      request.log.error({ err, audit: { ...done, by } }, "what was done is not in the audit trail");
    });
  };
  try {
    await act();
  } catch (error) {
    await note(error instanceof ModelwrightError ? error.code : "SERVER_INTERNAL");
    throw error;
  }
  await note("done");
}

function actorOf({ client, ip }: FastifyRequest): Actor {
  if (client === undefined) return { kind: "anyone", from: ip };
  return { kind: "key", name: client.name, key: client.id, from: ip };
}
