import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const bench = fileURLToPath(new URL("../../bench/run.mjs", import.meta.url));

test("figures without our own beside them are not kept: the tables of the docs are of ratios to it", () => {
  // So little patience that a run which is not refused gives its peer up at once and keeps nothing.
  const options = ["mlp", "--only", "pytorch", "--record", "--patience", "0.001"];
  const { status, stdout, stderr } = spawnSync(process.execPath, [bench, ...options], { encoding: "utf8" });
  expect(stderr).toContain("--record: modelwright must take part, got --only pytorch");
  expect([status, stdout]).toEqual([2, ""]);
});
