import { ModelwrightError } from "@modelwright/contracts";
import { checkName } from "./name-rules.ts";

/** Which version of a model is meant. */
export type ModelReference =
  | { readonly kind: "default"; readonly name: string }
  | { readonly kind: "latest"; readonly name: string }
  | { readonly kind: "alias"; readonly name: string; readonly alias: string }
  | { readonly kind: "version"; readonly name: string; readonly version: number };

/**
 * Parses `name`, `name@alias`, `name@latest` or `name:3`.
 * @throws {ModelwrightError} `REGISTRY_REFERENCE_INVALID`, or `REGISTRY_NAME_INVALID` for a part of it.
 */
export function parseModelReference(reference: string): ModelReference {
  const match = /^([^@:]+)(?:@([^@:]+)|:([1-9]\d{0,8}))?$/.exec(reference);
  const [, name, alias, version] = match ?? [];
  if (name === undefined) throw new ModelwrightError("REGISTRY_REFERENCE_INVALID", { reference });
  checkName("model", name);
  if (version !== undefined) return { kind: "version", name, version: Number(version) };
  if (alias === undefined) return { kind: "default", name };
  if (alias === "latest") return { kind: "latest", name };
  checkName("alias", alias);
  return { kind: "alias", name, alias };
}
