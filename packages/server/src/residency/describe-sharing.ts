import { inferenceRow } from "@modelwright/inference";
import type { SharedBaseReport } from "../server-options.ts";
import type { LoadedParts } from "./residency.ts";

/** How the versions of a unit share their base; undefined where there is one, or sharing is off. */
export function describeSharing({ unit, sharing }: LoadedParts): SharedBaseReport | undefined {
  if (sharing === undefined) return undefined;
  const { manifest } = unit.models[0]!;
  return { base: inferenceRow(manifest.task).base(manifest), ...sharing };
}
