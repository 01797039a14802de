import type { SyntaxNodeRef } from "@lezer/common";
import { startServer } from "@modelwright/server";
import { openTinyRegistry } from "@modelwright/server/testing";
import { parser } from "@prometheus-io/lezer-promql";
import { beforeAll, describe, expect, test } from "vitest";
import { ALERT_RULES } from "./alert-rules.ts";
import { grafanaDashboard, PANELS } from "./dashboard.ts";

/** Of each metric of a server: its labels, `le` of buckets included; of one without a sample nothing is known. */
let served: Map<string, Set<string>>;

/** What Prometheus makes itself. */
const OF_PROMETHEUS = new Map([["up", new Set<string>()]]);
const OF_TARGETS = ["job", "instance"];

beforeAll(async () => {
  const { registry, remove } = await openTinyRegistry();
  const server = await startServer({ registry, models: [], workers: 1, port: 0, drainMs: 0 });
  try {
    for (const body of ['{"text":"a"}', "{"]) {
      const request = { method: "POST", headers: { "content-type": "application/json" }, body };
      await fetch(`${server.url}/v1/models/letters/predict`, request);
    }
    served = metricsOf(await (await fetch(`${server.url}/metrics`)).text());
  } finally {
    await server.close();
    await remove();
  }
});

const SERIES_OF = { histogram: ["_bucket", "_sum", "_count"], summary: ["", "_sum", "_count"] } as const;

function metricsOf(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    for (const ending of SERIES_OF[type as keyof typeof SERIES_OF] ?? [""]) found.set(`${name}${ending}`, new Set());
  }
  for (const [, name, labels = ""] of text.matchAll(/^([a-z_]\w*)(?:\{(.*)\})? \S+$/gm)) {
    for (const [, label] of labels.matchAll(/(\w+)="/g)) found.get(name!)?.add(label!);
  }
  return found;
}

interface Parsed {
  readonly faults: readonly string[];
  /** Selectors with the labels that they match. */
  readonly selectors: readonly { readonly metric: string; readonly labels: readonly string[] }[];
  readonly groupings: readonly string[];
}

/** An expression as Prometheus's own grammar reads it. */
function parse(expression: string): Parsed {
  const faults: string[] = [];
  const selectors: { metric: string; labels: string[] }[] = [];
  const groupings: string[] = [];
  const textOf = ({ from, to }: { readonly from: number; readonly to: number }) => expression.slice(from, to);
  parser.parse(expression).iterate({
    enter(node: SyntaxNodeRef) {
      if (node.type.isError) faults.push(`at ${node.from}: ${expression.slice(node.from, node.from + 20)}`);
      if (node.name === "VectorSelector") {
        const metric = node.node.getChild("Identifier");
        selectors.push({ metric: metric === null ? "" : textOf(metric), labels: [] });
      }
      if (node.name === "LabelName") {
        if (node.node.parent?.name === "GroupingLabels") groupings.push(textOf(node));
        else selectors.at(-1)?.labels.push(textOf(node));
      }
    },
  });
  return { faults, selectors, groupings };
}

/** What Grafana puts in the place of its variables. */
function filledIn(expression: string): string {
  return expression.replaceAll("$__rate_interval", "5m");
}

const EXPRESSIONS = [
  ...ALERT_RULES.map(({ alert, expr }) => [alert, expr] as const),
  ...PANELS.flatMap(({ title, curves }) => curves.map(({ expr, legend }) => [`${title}: ${legend}`, expr] as const)),
];

test("the parser sees what is wrong", () => {
  expect(parse("rate(a[5m]").faults).not.toEqual([]);
  expect(parse('sum by (x) (rate(a{b="c"}[5m]))')).toEqual({
    faults: [],
    selectors: [{ metric: "a", labels: ["b"] }],
    groupings: ["x"],
  });
});

describe.each(EXPRESSIONS)("%s", (_, expression) => {
  const { faults, selectors, groupings } = parse(filledIn(expression));

  test("is an expression of Prometheus", () => {
    expect(faults).toEqual([]);
  });

  test("asks for metrics and labels that a server has", () => {
    expect(selectors.length).toBeGreaterThan(0);
    const known = new Map([...served, ...OF_PROMETHEUS]);
    for (const { metric, labels } of selectors) {
      expect([...known.keys()]).toContain(metric);
      const own = known.get(metric)!;
      // Of a metric without a sample the labels are not known.
      if (own.size === 0) continue;
      for (const label of [...labels, ...groupings]) {
        if (!OF_TARGETS.includes(label)) expect([...own], `${metric}{${label}}`).toContain(label);
      }
    }
  });
});

test("alerts have names of their own, and say what they mean", () => {
  expect(new Set(ALERT_RULES.map(({ alert }) => alert)).size).toBe(ALERT_RULES.length);
  for (const { summary, description } of ALERT_RULES) {
    expect(summary).toMatch(/\{\{ \$(?:labels|value)/);
    expect(description).toMatch(/\.$/);
  }
});

test("panels of the dashboard stand side by side, none over another", () => {
  const { panels } = grafanaDashboard() as {
    panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
  };
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
});
