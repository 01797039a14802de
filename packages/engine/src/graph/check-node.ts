import { ModelwrightError } from "@modelwright/contracts";
import type { Operator } from "../ops/operator.ts";
import { parsePlaces } from "../ops/places.ts";
import type { Node } from "./graph.ts";

/** The opsets of ai.onnx whose inputs, outputs and attributes the rows list; in others an operator may have further ones. */
const OLDEST_OPSET = 13;
const NEWEST_OPSET = 23;

/** Whether the rows of a domain are meant for graphs of these opsets. */
export function isDescribed(domain: string, opsets: Readonly<Record<string, number>>): boolean {
  const opset = opsets[domain] ?? 0;
  return domain !== "" || (opset >= OLDEST_OPSET && opset <= NEWEST_OPSET);
}

/**
 * Holds a node against the row of its operator, before any rule of the row sees it.
 *
 * @throws {ModelwrightError} `ENGINE_NODE_INVALID` for a required input or output that is not there, and for more than the operator has.
 */
export function checkNode(node: Node, operator: Operator): void {
  checkPlaces(node, "input", operator);
  checkPlaces(node, "output", operator);
}

function checkPlaces(node: Node, role: "input" | "output", operator: Operator): void {
  const [signature, names] = role === "input" ? [operator.inputs, node.inputs] : [operator.outputs, node.outputs];
  const places = parsePlaces(signature);
  const listed = signature.join(", ") || "none";
  const rest = places.find(({ isVariadic }) => isVariadic);
  if (rest === undefined && names.length > places.length)
    refuseNode(node, `there are at most ${places.length} ${role}s (${listed})`, `${names.length}`);
  for (const [i, { name, isRequired, isVariadic }] of places.entries()) {
    if (!isRequired || (isVariadic ? names.length > i : (names[i] ?? "") !== "")) continue;
    const got = names[i] === "" ? "an empty name" : `${names.length} ${role}${names.length === 1 ? "" : "s"}`;
    refuseNode(node, `${isVariadic ? "at least one of " : ""}${role} ${name} is given (${role}s: ${listed})`, got);
  }
  if (role === "output" || rest === undefined) return;
  const empty = names.indexOf("", places.length - 1);
  if (empty >= 0) refuseNode(node, `each of the inputs ${rest.name} has a name`, `an empty one at place ${empty}`);
}

/** Throws `ENGINE_NODE_INVALID`. */
export function refuseNode({ name, opType, domain }: Node, rule: string, got: string): never {
  const operator = domain === "" ? opType : `${domain}.${opType}`;
  throw new ModelwrightError("ENGINE_NODE_INVALID", { node: name, operator, rule, got });
}
