import { workerData } from "node:worker_threads";
import { helpForever, type TeamMemory } from "./team-tickets.ts";

helpForever(workerData as TeamMemory);
