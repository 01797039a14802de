import { describe, expect, test } from "vitest";
import { TASKS, type TaskName, taskNames } from "../tasks/tasks.ts";
import { OWN_MANIFESTS } from "../testing/own-manifests.ts";
import { valueAt, without, withValues } from "../testing/paths.ts";
import { isOfTask, modelManifestSchema } from "./model-manifest.ts";
import { parseManifest } from "./parse-manifest.ts";

const common = {
  format: 1,
  name: "tiny",
  version: 3,
  createdAt: "2026-11-24T12:15:30.000Z",
  runId: "20261124-121530-ab12",
  metrics: { quality: { value: 0.97, low: 0.96, high: 0.98, method: "normal" } },
  lineage: {
    recipeSha256: "a",
    dataSha256: "b",
    trainRows: 70,
    validationRows: 10,
    testRows: 20,
    seed: 7,
    script: "Latn",
    language: "en",
  },
  files: [{ path: "onnx/model.onnx", sizeBytes: 5, sha256: "c".repeat(64) }],
};

/** What a manifest may leave out: what the version does not have, or is not defined. */
const OPTIONAL = [
  "metrics.quality",
  "metrics.quality.low",
  "metrics.quality.high",
  "model.kind",
  "model.parts.0.trees",
  "model.adapter",
  "typical.0.number",
  "typical.1.text",
  "label",
  "threshold.known",
  "candidates",
  "distillation",
  "distillation.parameters",
  "candidates.tried.0.epochs",
  "candidates.tried.0.logLoss",
  "metrics.quality.method",
  "lineage.script",
  "lineage.language",
  "preprocessing.bagLength",
  "preprocessing.columns.rating",
  "relevant",
  "ratings",
  "preprocessing.series.0.categories",
  "preprocessing.columns.0.spelling",
  "preprocessing.columns.0.unit",
  "preprocessing.columns.1.categories",
  "preprocessing.columns.1.unknown",
  "calibration",
  "reject",
  "reject.precision",
  "reject.validation.precision",
];

/** Paths of all mappings, lists and values in a value. */
function* pathsIn(value: unknown, prefix = ""): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield `${prefix}${key}`;
    yield* pathsIn(inner, `${prefix}${key}.`);
  }
}

/** What a manifest of the task may call its input. */
function inputRule(task: TaskName): string {
  const takes = (value: unknown) => TASKS[task].item({ maxItemBytes: 99 }).safeParse(value).success;
  if (takes({})) return 'Invalid input: expected "row"';
  if (takes({ history: [{ a: 1 }] })) return 'Invalid input: expected "series"';
  if (takes({ user: "a" })) return 'Invalid input: expected "user"';
  return takes({ text: "a", second: "b" })
    ? 'Invalid option: expected one of "text"|"text-pair"'
    : 'Invalid input: expected "text"';
}
const isElement = (path: string) => /\.\d+$/.test(path);

describe.each(taskNames)("a manifest of %s", (task) => {
  const manifest = { task, ...common, ...OWN_MANIFESTS[task] };
  const paths = [...pathsIn(manifest)];
  const mappings = ["", ...paths.filter((path) => !Array.isArray(valueAt(manifest, path)))].filter(
    (path) => typeof (path === "" ? manifest : valueAt(manifest, path)) === "object" && path !== "metrics",
  );

  test("is read as it was written", () => {
    const read = parseManifest(JSON.parse(JSON.stringify(manifest)));
    expect(read).toEqual({ success: true, document: manifest });
    expect(modelManifestSchema.parse(manifest)).toEqual(manifest);
  });

  test("is of its task and no other", () => {
    const read = modelManifestSchema.parse(manifest);
    expect(taskNames.filter((name) => isOfTask(read, name))).toEqual([task]);
    expect(Object.keys(OWN_MANIFESTS[task])).toEqual(Object.keys(TASKS[task].manifest.shape));
  });

  test.each(paths.filter((path) => !OPTIONAL.includes(path) && !isElement(path)))("needs %s", (path) => {
    const read = parseManifest(without(manifest, path));
    expect(read).toMatchObject({ success: false, field: path });
  });

  test.each(OPTIONAL.filter((path) => paths.includes(path)))("may leave out %s", (path) => {
    expect(parseManifest(without(manifest, path))).toMatchObject({ success: true });
  });

  test.each(paths)("needs the type that %s has", (path) => {
    const was = valueAt(manifest, path);
    const wrong = [null, typeof was === "string" ? 7 : "text", Array.isArray(was) ? { 0: was[0] } : [was]];
    for (const value of wrong) {
      const read = parseManifest(withValues(manifest, { [path]: value }));
      expect([path, value, read]).toMatchObject([path, value, { success: false, field: path }]);
    }
  });

  test.each(mappings)("refuses what it does not know in %j", (path) => {
    const key = path === "" ? "nonsense" : `${path}.nonsense`;
    expect(parseManifest(withValues(manifest, { [key]: 1 }))).toEqual({
      success: false,
      field: path === "" ? "(top level)" : path,
      problem: 'Unrecognized key: "nonsense"',
    });
  });

  test.each(taskNames.filter((other) => other !== task))("is no manifest of %s", (other) => {
    expect(parseManifest({ ...manifest, task: other })).toMatchObject({ success: false });
  });

  const rules: readonly (readonly [string, unknown, string])[] = [
    ["format", 0, "is 0; this Modelwright reads 1"],
    ["format", 1.5, "Invalid input: expected int, received number"],
    ["version", 0, "Too small: expected number to be >0"],
    ["version", 1.5, "Invalid input: expected int, received number"],
    ["createdAt", "2026-11-24", "Invalid ISO datetime"],
    ["metrics.quality.method", "exact", 'Invalid input: expected "normal"'],
    ["metrics.quality.value", Number.NaN, "Invalid input: expected number, received NaN"],
    ["lineage.trainRows", -1, "Too small: expected number to be >=0"],
    ["lineage.validationRows", 0.5, "Invalid input: expected int, received number"],
    ["lineage.testRows", -1, "Too small: expected number to be >=0"],
    ["lineage.seed", 0.5, "Invalid input: expected int, received number"],
    ...["../../etc", "/etc/passwd", "a/../../b", "./a", "a//b", "a/", "", "..", "C:/a", "a\\..\\b", "a\0b"].map(
      (path) => ["files.0.path", path, 'must lead to a file inside the folder, with "/" between its parts'] as const,
    ),
    ["files.0.sizeBytes", -1, "Too small: expected number to be >=0"],
    ["files.0.sha256", "C".repeat(64), "Invalid string: must match pattern /^[0-9a-f]{64}$/"],
    ["signature.input", "image", inputRule(task)],
    ["signature.tensors.inputs.0.shape.0", -2, "Too small: expected number to be >=-1"],
    ["preprocessing.tokenizer", "vocab.txt", 'Invalid input: expected "tokenizer.json"'],
    ["preprocessing.maxLength", 0, "Too small: expected number to be >0"],
    ["preprocessing.bagLength", 0, "Too small: expected number to be >0"],
    ["preprocessing.padId", -1, "Too small: expected number to be >=0"],
    [
      "labels",
      [],
      `Too small: expected array to have >=${task === "multi-label-classification" || task === "token-classification" ? 1 : 2} items`,
    ],
    ["thresholds.0", 1.5, "Too big: expected number to be <=1"],
    ["target.mean", Number.NaN, "Invalid input: expected number, received NaN"],
    ["model.parts.0.weight", 0, "Too small: expected number to be >0"],
    ["model.parameters", 0, "Too small: expected number to be >0"],
    ["calibration.method", "isotonic", 'Invalid input: expected "temperature"'],
    ["calibration.temperature", 0, "Too small: expected number to be >0"],
    ["calibration.rows", 0, "Too small: expected number to be >0"],
    ["reject.below", 1.5, "Too big: expected number to be <=1"],
    ["reject.validation.coverage", -0.5, "Too small: expected number to be >=0"],
  ];
  const own = rules.filter(([field]) => paths.includes(field));
  test.each(own)("has its rule for %s: not %j", (field, value, problem) => {
    expect(parseManifest(withValues(manifest, { [field]: value }))).toEqual({ success: false, field, problem });
  });
});

test.each(["__proto__", "toString"])("a task called %s is none", (task) => {
  expect(parseManifest({ ...common, task })).toMatchObject({
    success: false,
    field: "task",
    problem: expect.stringContaining(taskNames.map((name) => `'${name}'`).join(" | ")),
  });
});
