import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { createProgram, verbNames } from "./program.ts";

test("lists the same verbs whether they are loaded or not", async () => {
  const [listed, loaded] = await Promise.all([createProgram([]), createProgram()]);
  expect(listed.helpInformation()).toBe(loaded.helpInformation());
  for (const command of loaded.commands) {
    expect(command.summary()).not.toBe("");
    expect(command.description()).not.toBe("");
  }
});

test("loads the verb that is asked for, and no other", async () => {
  const { commands } = await createProgram(["serve"]);
  expect(
    commands.filter(({ options }) => options.some(({ long }) => long === "--port")).map((it) => it.name()),
  ).toEqual(["serve"]);
  expect(commands.find((it) => it.name() === "train")?.registeredArguments).toEqual([]);
});

test("lists the same sub-verbs whether they are loaded or not, and loads the one that is asked for", async () => {
  const dataOf = async (words?: readonly string[]) =>
    (await createProgram(["data"], words)).commands.find((it) => it.name() === "data")!;
  const [all, one] = [await dataOf(), await dataOf(["data", "help", "clean"])];
  expect(one.helpInformation()).toBe(all.helpInformation());
  const described = (command: typeof all) =>
    command.commands.filter(({ registeredArguments }) => registeredArguments.length > 0).map((it) => it.name());
  expect(described(one)).toEqual(["clean"]);
  expect(described(all)).toEqual(all.commands.map((it) => it.name()));
});

test("has a row for every file of a verb", () => {
  const files = readdirSync(new URL("./verbs", import.meta.url)).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  expect(verbNames.map((name) => `${name}.ts`).toSorted()).toEqual(files.toSorted());
});

test("no option swallows the arguments behind it", async () => {
  const { commands } = await createProgram();
  for (const { options } of commands) expect(options.filter(({ variadic }) => variadic)).toEqual([]);
});

test("predict takes a stop string as often as it is given, and leaves the prompt", async () => {
  const predict = (await createProgram(["predict"])).commands.find((it) => it.name() === "predict")!;
  const { operands } = predict.parseOptions(["gpt", "--stop", ".", "--stop", "!", "The mayor"]);
  expect(operands).toEqual(["gpt", "The mayor"]);
  expect(predict.opts()).toMatchObject({ stop: [".", "!"] });
});
