import { decodeModel } from "../../onnx/decode.ts";
import { leftToCpu } from "../left-to-cpu.ts";
import type { CpuOperator } from "../runtime.ts";
import { allocateWords } from "./memory.ts";
import { check, type Native, query } from "./native.ts";

/** A node of a session's graph, as ONNX Runtime has rewritten it. */
export interface AssignedNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
}

/** Without this entry a session does not tell where its nodes are. */
export const RECORD_ASSIGNMENT = ["session.record_ep_graph_assignment_info", "1"] as const;

const WHERE = "the session's nodes";
const CPU = "CPUExecutionProvider";

/** The nodes that a session made with `RECORD_ASSIGNMENT` runs on the CPU. */
export function nodesOnCpu(native: Native, session: bigint): AssignedNode[] {
  const { functions, koffi } = native;
  const text = (call: (out: bigint) => ReturnType<typeof functions.EpAssignedNode_GetName>) =>
    koffi.decode.string(query(native, WHERE, call));
  const subgraphs = pointers(native, (out, count) => functions.Session_GetEpGraphAssignmentInfo(session, out, count));
  return subgraphs
    .filter((subgraph) => text((out) => functions.EpAssignedSubgraph_GetEpName(subgraph, out)) === CPU)
    .flatMap((subgraph) =>
      pointers(native, (out, count) => functions.EpAssignedSubgraph_GetNodes(subgraph, out, count)),
    )
    .map((node) => ({
      name: text((out) => functions.EpAssignedNode_GetName(node, out)),
      opType: text((out) => functions.EpAssignedNode_GetOperatorType(node, out)),
      domain: text((out) => functions.EpAssignedNode_GetDomain(node, out)),
    }));
}

/**
 * By operator, what a session made with `RECORD_ASSIGNMENT` runs on the CPU. Where the session does not tell, or its model cannot be read here,
 * nothing is named: it runs all the same.
 */
export function operatorsOnCpu(native: Native, session: bigint, model: Uint8Array): CpuOperator[] {
  try {
    return leftToCpu(decodeModel(model), nodesOnCpu(native, session));
  } catch {
    return [];
  }
}

/** An array of pointers that a function gives with its length. */
function pointers(native: Native, call: (out: bigint, count: bigint) => bigint | number): bigint[] {
  const { koffi } = native;
  const { words, address } = allocateWords(koffi, 2);
  check(native, call(address, address + 8n), WHERE);
  const count = Number(words[1]);
  return count === 0 ? [] : Array.from(koffi.decode(words[0], "uintptr_t", count) as BigUint64Array);
}
