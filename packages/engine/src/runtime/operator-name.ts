import type { Node } from "../graph/graph.ts";

/** `opType`, with the domain before it where there is one. */
export function operatorName({ domain, opType }: Pick<Node, "domain" | "opType">): string {
  return domain === "" || domain === "ai.onnx" ? opType : `${domain}.${opType}`;
}
