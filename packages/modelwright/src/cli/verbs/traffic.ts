import { userInfo } from "node:os";
import { ModelwrightError } from "@modelwright/contracts";
import {
  type Registry,
  TRAFFIC_GOALS,
  TRAFFIC_UNITS,
  type TrafficChange,
  type TrafficKind,
} from "@modelwright/registry";
import type { Command } from "commander";
import { plainText } from "../../wording/plain-text.ts";
import { colours } from "../output/colours.ts";
import { type RegistryTask, type SubVerb, type SubVerbAnswer, verbOnRegistry } from "../sub-verbs.ts";
import type { CommonOptions } from "../verb.ts";

type Task = RegistryTask<
  CommonOptions & {
    readonly canary?: boolean;
    readonly split?: string;
    readonly shadow?: string | true;
    readonly ramp?: string;
    readonly unit?: string;
    readonly goal?: string;
    readonly alpha?: string;
    readonly leastRequests?: string;
    readonly errorMargin?: string;
    readonly latencyRatio?: string;
    readonly qualityMargin?: string;
    readonly withoutQuality?: boolean;
    readonly days?: string;
    readonly reason?: string;
    readonly history?: boolean;
    readonly watch?: boolean;
    readonly every?: string;
    readonly promote?: boolean;
    readonly rollBack?: boolean;
  }
>;

const NAME = ["<name>", "name of a model"] as const;

const SUB_VERBS: Readonly<Record<string, SubVerb<Task>>> = {
  start: {
    summary: "let a challenger answer a part of the requests beside the champion, or all of them unheard",
    arguments: [["<challenger>", "name:version or name@alias"]],
    options: [
      ["--canary", "in steps from 1 % on, as long as nothing is shown against it; its end is the promotion"],
      ["--split <percent>", "a constant share, until it is shown to be better"],
      ["--shadow [percent]", "ask it what the champion is asked, once the client has its answer (default: 100)"],
      ["--ramp <percents>", "steps of a canary, the last of them 100 (default: 1,5,10,25,50,100)"],
      [
        "--unit <unit>",
        `what stays with one version: ${TRAFFIC_UNITS.join(" or ")} (default: subject, of the header x-subject-id)`,
      ],
      [
        "--goal <goal>",
        `to be shown before a promotion: ${TRAFFIC_GOALS.join(" or ")} (default: better of a split, otherwise no worse)`,
      ],
      ["--alpha <chance>", "chance of a wrong verdict, over all looks (default: 0.05)"],
      ["--least-requests <n>", "predictions of each arm before anything is decided, and at each step (default: 500)"],
      ["--error-margin <share>", "more failures that still count as no worse (default: 0.01)"],
      ["--latency-ratio <times>", "how much slower its 95th percentile may be (default: 1.5)"],
      ["--quality-margin <share>", "loss of quality that still counts as no worse (default: 0.02)"],
      ["--without-quality", "let failures and times decide where nothing is known of quality"],
      ["--days <n>", "inconclusive if nothing was found out by then (default: 14)"],
      ["--reason <text>", "why, kept in the history"],
    ],
    example: "start tickets@challenger --canary --reason 'learnt the corrections of May'",
    run: start,
  },
  status: {
    summary: "how a comparison stands, with intervals that hold at every look",
    arguments: [NAME],
    options: [["--history", "every change with its reason, of earlier comparisons too"]],
    example: "status tickets",
    run: status,
  },
  step: {
    summary: "look once and do what follows: go a step on, promote, roll back, or nothing",
    arguments: [NAME],
    options: [
      ["--watch", "again and again, until it has ended"],
      ["--every <seconds>", "time between two looks (default: 60)"],
    ],
    example: "step tickets --watch",
    run: step,
  },
  stop: {
    summary: "end it: the champion answers all, unless the challenger is promoted",
    arguments: [NAME],
    options: [
      ["--promote", "make the challenger champion"],
      ["--roll-back", "record that it was worse; after a promotion the former champion comes back"],
      ["--reason <text>", "why, kept in the history; needed"],
    ],
    example: "stop tickets --roll-back --reason 'complaints of the call centre'",
    run: stop,
  },
};

export function trafficVerb(): Command {
  return verbOnRegistry(
    "traffic",
    {
      description:
        "Compares a new version with the champion on real requests. Servers that follow the registry divide them; they must record predictions: modelwright serve --record answers.",
      examples: ["modelwright traffic start tickets@challenger --canary", "modelwright traffic step tickets --watch"],
    },
    SUB_VERBS,
  );
}

async function start({ registry, args: [challenger = ""], options }: Task): Promise<SubVerbAnswer> {
  const { startTraffic } = await import("../../traffic/start-traffic.ts");
  const { policyText } = await import("../../traffic/describe-traffic.ts");
  const { kind, ramp } = divisionOf(options);
  const change = await startTraffic(registry, {
    challenger,
    kind,
    ramp,
    unit: choice("--unit", TRAFFIC_UNITS, options.unit),
    days: number("--days", options.days, { least: 0.001, most: 3650 }),
    rules: given({
      goal: choice("--goal", TRAFFIC_GOALS, options.goal),
      alpha: number("--alpha", options.alpha, { least: 0.000_001, most: 0.499 }),
      leastRequests: number("--least-requests", options.leastRequests, { least: 1, most: 1e9, isWhole: true }),
      errorMargin: number("--error-margin", options.errorMargin, { least: 0, most: 1 }),
      latencyRatio: number("--latency-ratio", options.latencyRatio, { least: 1, most: 1000 }),
      qualityMargin: number("--quality-margin", options.qualityMargin, { least: 0, most: 1e9 }),
      needsQuality: options.withoutQuality === true ? false : undefined,
    }),
    by: userInfo().username,
    reason: options.reason ?? "started by hand",
  });
  const { model } = change.policy;
  const lines = [
    colours.bold(policyText(change.policy)),
    "Servers that follow the registry do so within seconds, once the challenger is loaded.",
    `Let it go on by what is seen: ${colours.cyan(`modelwright traffic step ${model} --watch`)}`,
  ];
  return { json: change, lines };
}

async function status({ registry, args: [model = ""], options, width }: Task): Promise<SubVerbAnswer> {
  const [{ lookAtTraffic }, { historyLines, lookLines }] = await Promise.all([
    import("../../traffic/step-traffic.ts"),
    import("../../traffic/describe-traffic.ts"),
  ]);
  const look = await lookAtTraffic(registry, model);
  if (options.history !== true) return { json: look, lines: lookLines(look, width) };
  const history = await registry.stores.traffic.history(model);
  return { json: { ...look, history }, lines: [...lookLines(look, width), "", ...historyLines(history, width)] };
}

async function step({ registry, args: [model = ""], options, width, note }: Task): Promise<SubVerbAnswer> {
  const [{ stepTraffic }, { watchTraffic }, { lookLines }] = await Promise.all([
    import("../../traffic/step-traffic.ts"),
    import("../../traffic/watch-traffic.ts"),
    import("../../traffic/describe-traffic.ts"),
  ]);
  const everyMs = 1000 * (number("--every", options.every, { least: 0.1, most: 86_400 }) ?? 60);
  if (options.watch !== true) {
    const found = await stepTraffic(registry, model);
    return { json: found, lines: [...lookLines(found, width), ...changeLines(found.changed)] };
  }
  const stopped = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopped.abort());
  let told = "";
  const last = await watchTraffic(registry, model, {
    everyMs,
    signal: stopped.signal,
    onStep: ({ decision, changed }) => {
      const text = changed === undefined ? `${decision?.verdict}: ${decision?.reason}` : changeText(changed);
      if (text !== told) note(plainText(text));
      told = text;
    },
    onAway: (error) =>
      note(error === undefined ? "the registry is there again" : `the registry is away: ${error.message}`),
  });
  if (last === undefined) return { json: null, lines: ["Stopped before the first look."] };
  return { json: last, lines: [...lookLines(last, width), ...changeLines(last.changed)] };
}

async function stop({ registry, args: [model = ""], options }: Task): Promise<SubVerbAnswer> {
  const { promote = false, rollBack = false, reason } = options;
  if (promote && rollBack) refuse("--promote", "left out with --roll-back", "both");
  if (reason === undefined) return refuse("--reason", "a text that says why", "nothing");
  const last = await registry.stores.traffic.last(model);
  if (last === undefined) throw new ModelwrightError("TRAFFIC_ABSENT", { model });
  const state = promote ? "promoted" : rollBack ? "rolled-back" : "stopped";
  const changed = await registry.stores.traffic.change(model, {
    from: last.ordinal,
    state,
    by: userInfo().username,
    reason,
  });
  return { json: changed, lines: [await championLine(registry, changed)] };
}

async function championLine(registry: Registry, { policy }: TrafficChange): Promise<string> {
  const { version } = await registry.resolve(`${policy.model}@champion`);
  return `${policy.model}:${policy.challenger} is ${policy.state}; version ${version} answers all requests.`;
}

function changeLines(changed: TrafficChange | undefined): string[] {
  return changed === undefined ? [] : ["", colours.bold(changeText(changed))];
}

function changeText({ policy, reason }: TrafficChange): string {
  const { state, percent, model, challenger } = policy;
  const name = `${model}:${challenger}`;
  return state === "running" ? `${name} now answers ${percent} %: ${reason}` : `${name} is ${state}: ${reason}`;
}

/** Exactly one way of dividing. */
function divisionOf({ canary, split, shadow, ramp }: Task["options"]): {
  readonly kind: TrafficKind;
  readonly ramp: readonly number[] | undefined;
} {
  const kinds = [canary && "canary", split && "split", shadow && "shadow"].filter((each) => typeof each === "string");
  const [kind] = kinds as TrafficKind[];
  if (kind === undefined || kinds.length > 1) {
    refuse("--canary", "exactly one of --canary, --split <percent> and --shadow", kinds.join(" and ") || "none");
  }
  if (ramp !== undefined && kind !== "canary") refuse("--ramp", "left out, for only a canary has steps", ramp);
  const range = { least: 0.01, most: 100 };
  if (kind === "split") return { kind, ramp: [number("--split", split, { least: 0.01, most: 99.99 })!] };
  if (kind === "shadow") return { kind, ramp: shadow === true ? undefined : [number("--shadow", shadow, range)!] };
  const steps = ramp?.split(",").map((each) => number("--ramp", each.trim(), range)!);
  return { kind, ramp: steps === undefined || steps.at(-1) === 100 ? steps : [...steps, 100] };
}

function number(
  option: string,
  text: string | undefined,
  { least, most, isWhole = false }: { readonly least: number; readonly most: number; readonly isWhole?: boolean },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  return refuse(option, `a ${isWhole ? "whole " : ""}number from ${least} to ${most}`, text);
}

function choice<Choice extends string>(option: string, known: readonly Choice[], text: string | undefined) {
  if (text === undefined) return undefined;
  return known.find((each) => each === text) ?? refuse(option, known.join(" or "), text);
}

/** Without what nobody gave. */
function given<Values extends object>(values: Values): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

function refuse(option: string, rule: string, got: string): never {
  throw new ModelwrightError("CLI_OPTION_INVALID", { option, rule, got });
}
