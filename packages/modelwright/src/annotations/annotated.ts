import type { Annotated, Registry } from "@modelwright/registry";

const RUN_ID = /^\d{8}-\d{6}-[0-9a-f]{4}$/;

/**
 * What is meant: a run by its id; a model by its name; a version by `name:3`, `name@alias` or `name@latest`. A name that
 * looks like the id of a run means the run.
 */
export async function annotated(registry: Registry, text: string): Promise<Annotated> {
  if (RUN_ID.test(text)) return { run: text };
  if (!/[:@]/.test(text)) return { model: text };
  const { name, version } = await registry.resolve(text);
  return { model: name, version };
}

/** As it is shown: the id of a run, `tickets`, `tickets:3`. */
export function annotatedName(about: Annotated): string {
  if ("run" in about) return about.run;
  return about.version === undefined ? about.model : `${about.model}:${about.version}`;
}
