import { workerData } from "node:worker_threads";
import { openTreeThread } from "./histograms.ts";
import { helpForever } from "./team-tickets.ts";
import type { TreeMemory } from "./tree-memory.ts";

const { memory, control } = workerData as { readonly memory: TreeMemory; readonly control: Int32Array };
helpForever({ thread: openTreeThread(memory), control });
