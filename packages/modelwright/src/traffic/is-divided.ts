import type { Registry } from "@modelwright/registry";

/** Whether a model's requests are divided between two versions now. */
export async function isDivided(registry: Registry, model: string): Promise<boolean> {
  return (await registry.stores.traffic.last(model))?.policy.state === "running";
}
