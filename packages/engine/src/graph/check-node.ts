import { ModelwrightError } from "@modelwright/contracts";
import { REFUSED_ML_OPERATORS } from "../ops/ml/refused-operators.ts";
import type { Operator } from "../ops/operator.ts";
import { parsePlaces } from "../ops/places.ts";
import { ML_DOMAIN, type Node } from "./graph.ts";
import { OLDEST_OPSET } from "./opset-upgrades.ts";

/** The last opset of ai.onnx whose inputs, outputs and attributes the rows list; in later ones an operator may have further ones. */
export const NEWEST_OPSET = 25;

/** Whether the rows of a domain are meant for graphs of these opsets. */
export function isDescribed(domain: string, opsets: Readonly<Record<string, number>>): boolean {
  const opset = opsets[domain] ?? 0;
  return domain !== "" || (opset >= OLDEST_OPSET && opset <= NEWEST_OPSET);
}

interface Checked {
  readonly operator: Pick<Operator, "inputs" | "outputs" | "attributes">;
  /** The model that the node comes from, for messages. Default: none. */
  readonly file?: string | undefined;
}

/**
 * Holds a node against the row of its operator, before any rule of the row sees it.
 *
 * @throws {ModelwrightError} `ENGINE_NODE_INVALID` for a required input or output that is not there, for more than the operator has,
 * and for an attribute that it does not have or of another type.
 */
export function checkNode(node: Node, checked: Checked): void {
  checkPlaces(node, "input", checked);
  checkPlaces(node, "output", checked);
  checkAttributes(node, checked);
}

/** Throws `ENGINE_NODE_INVALID` for an attribute that the operator does not have, or of another type. */
export function checkAttributes(
  node: NodeName & Pick<Node, "attributes">,
  { operator: { attributes: specs }, file }: { operator: Pick<Operator, "attributes">; file?: string | undefined },
): void {
  for (const [name, { type }] of Object.entries(node.attributes)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    // Names with two underscores are private to whoever wrote the file; ONNX's own checker lets them pass as well.
    if (spec === undefined && name.startsWith("__")) continue;
    if (spec === undefined) {
      const rule = `its attributes are ${Object.keys(specs).join(", ") || "none"}`;
      refuseNode(node, { rule, got: `an attribute "${name}"`, file });
    }
    if (spec.type !== type) refuseNode(node, { rule: `attribute ${name} is of type ${spec.type}`, got: type, file });
  }
}

function checkPlaces(node: Node, role: "input" | "output", { operator, file }: Checked): void {
  const isInput = role === "input";
  const [signature, names] = isInput ? [operator.inputs, withoutEnd(node.inputs)] : [operator.outputs, node.outputs];
  const places = parsePlaces(signature);
  const listed = signature.join(", ") || "none";
  const rest = places.find(({ isVariadic }) => isVariadic);
  const refuse = (rule: string, got: string) => refuseNode(node, { rule, got, file });
  if (rest === undefined && names.length > places.length)
    refuse(`there are at most ${places.length} ${role}s (${listed})`, `${names.length}`);
  for (const [i, { name, isRequired, isVariadic }] of places.entries()) {
    if (!isRequired || (isVariadic ? names.length > i : (names[i] ?? "") !== "")) continue;
    const got = names[i] === "" ? "an empty name" : `${names.length} ${role}${names.length === 1 ? "" : "s"}`;
    refuse(`${isVariadic ? "at least one of " : ""}${role} ${name} is given (${role}s: ${listed})`, got);
  }
  if (!isInput || rest === undefined) return;
  const empty = names.indexOf("", places.length - 1);
  if (empty >= 0) refuse(`each of the inputs ${rest.name} has a name`, `an empty one at place ${empty}`);
}

/** Names left empty at the end say the same as fewer names. */
function withoutEnd(names: readonly string[]): readonly string[] {
  return names.slice(0, 1 + names.findLastIndex((name) => name !== ""));
}

type NodeName = Pick<Node, "name" | "opType" | "domain">;

/** Throws `ENGINE_NODE_INVALID`. */
export function refuseNode(
  { name, opType, domain }: NodeName,
  { file, ...broken }: { rule: string; got: string; file?: string | undefined },
): never {
  const operator = domain === "" ? opType : `${domain}.${opType}`;
  throw new ModelwrightError("ENGINE_NODE_INVALID", {
    node: name,
    operator,
    ...broken,
    ...(file === undefined ? {} : { file }),
  });
}

/** The rule that a node breaks when its operator's own rules make fewer outputs than it lists. */
export function tooManyOutputs(most: number): string {
  return `there are at most ${most} outputs in this form`;
}

/** Why an operator of ai.onnx.ml has no row, where that is known. */
export function refusalReason({ opType, domain }: Pick<NodeName, "opType" | "domain">): string | undefined {
  return domain === ML_DOMAIN && Object.hasOwn(REFUSED_ML_OPERATORS, opType) ? REFUSED_ML_OPERATORS[opType] : undefined;
}

/** Throws `ENGINE_OPERATOR_UNKNOWN`. */
export function refuseUnknown({ name, opType, domain }: NodeName): never {
  const reason = refusalReason({ opType, domain });
  const details = { node: name, opType, domain, ...(reason === undefined ? {} : { reason }) };
  throw new ModelwrightError("ENGINE_OPERATOR_UNKNOWN", details);
}
