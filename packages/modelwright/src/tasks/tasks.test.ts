import { type TaskName, taskNames } from "@modelwright/contracts";
import { describe } from "vitest";
import { STAGES } from "./tasks.ts";
import { describeTaskContract } from "./testing/task-contract.ts";
import { CONTINUED_DATA, TINY_DATA, type TinyData } from "./testing/tiny-data.ts";

describe.each(taskNames)("%s", (name) => describeTaskContract(name, STAGES[name], TINY_DATA[name]));

/** Tasks on a text encoder, which may be one that nobody has trained before. */
const onEncoders = taskNames.filter((name) => "fineTune" in (TINY_DATA[name].recipe.model ?? {}));

describe.each(onEncoders)("%s from scratch", (name) => {
  const tiny: TinyData = TINY_DATA[name];
  const model = { base: "none", fineTune: "full" };
  describeTaskContract(name, STAGES[name], {
    ...tiny,
    recipe: { ...tiny.recipe, model } as TinyData<TaskName>["recipe"],
  });
});

describe.each(Object.entries(CONTINUED_DATA))("%s from a base", (name, tiny) => {
  const task = name as keyof typeof CONTINUED_DATA;
  describeTaskContract(task, STAGES[task], tiny);
});
