import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseRecipe } from "@modelwright/contracts";
import { expect, test } from "vitest";
import type { RunEvent } from "./run-event.ts";
import { train } from "./train.ts";

test("a table saves nothing on the way, and an interrupted run of one does not say that it did", async () => {
  const folder = await mkdtemp(join(tmpdir(), "modelwright-table-"));
  try {
    const rows = Array.from({ length: 60 }, (_, row) => `${(row * 7) % 11},${row % 2 === 0 ? "even" : "odd"}`);
    await writeFile(join(folder, "rows.csv"), ["number,label", ...rows].join("\n"));
    const recipe = parseRecipe({
      name: "parity",
      task: "tabular-classification",
      data: { source: join(folder, "rows.csv"), columns: { label: "label" } },
      model: { kind: "network" },
      train: { epochs: 3, threads: 1 },
    });
    const registry = join(folder, "registry");
    const stop = new AbortController();
    const onEvent = (event: RunEvent) => {
      if (event.type === "progress" && event.stage === "learn") stop.abort();
    };
    const first = await train(recipe, { registry, signal: stop.signal, onEvent });
    expect(first.status).toBe("interrupted");
    expect(first).not.toHaveProperty("checkpoint");
    const second = await train(recipe, { registry, resume: true });
    expect(second).toMatchObject({ status: "finished", runId: first.runId });
  } finally {
    await rm(folder, { recursive: true });
  }
});
