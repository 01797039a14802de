import { readFileSync } from "node:fs";
import {
  defaultRuntime,
  differentiate,
  encodeModel,
  GraphBuilder,
  gradientName,
  tensorFrom,
} from "@modelwright/engine";
import { expect, test } from "vitest";
import { type ClassObjectiveOptions, classObjective } from "./class-objective.ts";
import { distillationObjective } from "./distillation-objective.ts";
import { lossOf, targetsOf } from "./objective.ts";

/** Made by `fixtures/losses/make-distillation.py` with PyTorch 2.8.0. */
const fixture: {
  rows: number;
  classes: number;
  logits: number[];
  labels: number[];
  cases: {
    temperature: number;
    weight: number;
    options: Omit<ClassObjectiveOptions, "classes">;
    teacher: number[];
    loss: number;
    gradient: number[];
  }[];
} = JSON.parse(readFileSync(new URL("../../fixtures/losses/distillation.json", import.meta.url), "utf8"));

const { rows, classes, cases } = fixture;

test.each(cases)(
  "temperature $temperature, weight $weight, $options follow PyTorch, value and gradient",
  async (given) => {
    const { options, temperature, weight } = given;
    const objective = distillationObjective(classObjective({ classes, ...options }), { temperature, weight });
    expect(targetsOf(objective)).toEqual({
      labels: { dtype: "int64", shape: ["batch"] },
      teacher_logits: { dtype: "float32", shape: ["batch", classes] },
    });
    const b = new GraphBuilder({ name: "distillation" });
    const logits = b.input("logits", "float32", ["batch", classes]);
    const targets = Object.fromEntries(
      Object.entries(targetsOf(objective)).map(([name, { dtype, shape }]) => [name, b.input(name, dtype, shape)]),
    );
    b.output(lossOf({ b }, objective, { logits, targets }), "loss");
    const graph = differentiate(b.build(), { loss: "loss", parameters: ["logits"] });
    const session = await (await defaultRuntime()).createSession(encodeModel(graph), { threads: 1 });
    const found = await session.run({
      logits: tensorFrom("float32", [rows, classes], fixture.logits),
      labels: tensorFrom("int64", [rows], fixture.labels),
      teacher_logits: tensorFrom("float32", [rows, classes], given.teacher),
    });
    session.release();
    expect(Number(found["loss"]!.data[0])).toBeCloseTo(given.loss, 5);
    expect(Array.from(found[gradientName("logits")]!.data, Number)).toEqual(
      given.gradient.map((value) => expect.closeTo(value, 5)),
    );
  },
);

test("an objective without a teacher reads labels alone", () => {
  expect(Object.keys(targetsOf(classObjective({ classes })))).toEqual(["labels"]);
});
