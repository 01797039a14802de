import { taskNames } from "@modelwright/contracts";
import { describe } from "vitest";
import { STAGES } from "./tasks.ts";
import { describeTaskContract } from "./testing/task-contract.ts";
import { TINY_DATA } from "./testing/tiny-data.ts";

describe.each(taskNames)("%s", (name) => describeTaskContract(name, STAGES[name], TINY_DATA[name]));
