import { TASKS } from "@modelwright/contracts";
import { formatMeasure } from "@modelwright/evaluation";
import type { Command } from "commander";
import { type Experiment, listExperiments } from "../../pipeline/list-experiments.ts";
import { settleKilledRuns } from "../../pipeline/run-process.ts";
import { moment } from "../../wording/moment.ts";
import { counted } from "../../wording/quantities.ts";
import { table } from "../../wording/table.ts";
import { plainVerbOnRegistry, type RegistryTask, type SubVerbAnswer } from "../sub-verbs.ts";
import type { CommonOptions } from "../verb.ts";

export function experimentsVerb(): Command {
  return plainVerbOnRegistry("experiments", {
    arguments: [],
    examples: ["modelwright experiments", "modelwright runs list --model tickets"],
    run: experiments,
  });
}

async function experiments({ registry, width }: RegistryTask<CommonOptions>): Promise<SubVerbAnswer> {
  await settleKilledRuns(registry);
  const found = await listExperiments(registry);
  const json = { registry: registry.location, experiments: found };
  if (found.length === 0) return { json, lines: [`No run yet in ${registry.location}.`] };
  const head = ["experiment", "task", "runs", "best", "in run", "last run"];
  const rows = found.map((each) => [
    each.name,
    TASKS[each.task as keyof typeof TASKS] === undefined ? each.task : each.task.replaceAll("-", " "),
    runsText(each),
    each.best === undefined ? "–" : `${each.best.title} ${formatMeasure(each.best.measure)}`,
    each.best?.runId ?? "–",
    `${moment(each.last.at)}, ${each.last.status}`,
  ]);
  const mixed = found.filter(({ dataVersions }) => dataVersions > 1);
  const notes = mixed.map(
    ({ name, dataVersions }) =>
      `${name}: its runs saw ${counted(dataVersions, "version")} of data; what is best on other test rows is no comparison`,
  );
  return { json, lines: [...table(head, rows, width), ...(notes.length === 0 ? [] : ["", ...notes])] };
}

function runsText({ runs }: Experiment): string {
  const all = Object.values(runs).reduce((sum, count) => sum + count, 0);
  const others = Object.entries(runs).filter(([status, count]) => status !== "finished" && count > 0);
  return [String(all), ...others.map(([status, count]) => `${count} ${status}`)].join(", ");
}
