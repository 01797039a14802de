import { taskNames } from "@modelwright/contracts";
import { describe } from "vitest";
import { inferenceRow } from "./table.ts";
import { describeInferenceContract } from "./testing/inference-contract.ts";

for (const task of taskNames) describe(task, () => describeInferenceContract(inferenceRow(task)));
