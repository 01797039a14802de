import { ModelwrightError } from "@modelwright/contracts";
import type { ArenaParameter } from "@modelwright/engine";
import type { Parameters } from "@modelwright/models";

/** The group of each parameter by its name: a function, or groups by beginnings of names, of which the longest that fits decides. */
export type ParameterGroups = ((name: string) => string) | Readonly<Record<string, string>>;

/** The group of parameters that nothing puts into another. */
const DEFAULT_GROUP = "all";

/** The parameters that are trained, each with its group. */
export function groupParameters(
  parameters: Parameters,
  options: {
    readonly groups: ParameterGroups | undefined;
    readonly isTrained: (name: string) => boolean;
  },
): readonly ArenaParameter[] {
  const groupOf = groupFunction(options.groups);
  const trained = [...parameters.values()].filter(({ name }) => options.isTrained(name));
  if (trained.length === 0)
    throw new ModelwrightError("TRAINING_NOTHING_TRAINED", { parameters: [...parameters.keys()] });
  return trained.map((parameter) => ({ ...parameter, group: groupOf(parameter.name) }));
}

/**
 * The peak learning rate of each group.
 *
 * @throws {ModelwrightError} `TRAINING_GROUP_UNKNOWN` for a rate of a group that has no parameter.
 */
export function groupRates(
  parameters: readonly ArenaParameter[],
  options: {
    readonly learningRate: number;
    readonly learningRates?: Readonly<Record<string, number>> | undefined;
  },
): Readonly<Record<string, number>> {
  const { learningRate, learningRates = {} } = options;
  const groups = new Set(parameters.map(({ group }) => group));
  for (const group of Object.keys(learningRates)) {
    if (!groups.has(group)) throw new ModelwrightError("TRAINING_GROUP_UNKNOWN", { group, groups: [...groups] });
  }
  return Object.fromEntries(Array.from(groups, (group) => [group, learningRates[group] ?? learningRate]));
}

function groupFunction(groups: ParameterGroups | undefined): (name: string) => string {
  if (groups === undefined) return () => DEFAULT_GROUP;
  if (typeof groups === "function") return groups;
  const longestFirst = Object.entries(groups).toSorted(([a], [b]) => b.length - a.length);
  return (name) => longestFirst.find(([beginning]) => name.startsWith(beginning))?.[1] ?? DEFAULT_GROUP;
}
