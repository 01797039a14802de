import type { AnomalyDetector } from "@modelwright/contracts";
import { personalDataWords } from "../../wording/personal-data.ts";
import { counted, percent } from "../../wording/quantities.ts";
import { splitWords } from "../../wording/split-words.ts";
import type { Lines } from "../task.ts";
import type { AnomalyRecipe } from "./detectors/detector.ts";
import { DETECTORS } from "./detectors/detectors.ts";

/** What decides how long each detector learns, in lines. */
const LEARNING: Readonly<Record<AnomalyDetector, (train: AnomalyRecipe["train"]) => Lines>> = {
  "isolation-forest": ({ trees, rowsPerTree }) => [
    ["forest", `${counted(trees, "tree")} of up to ${counted(rowsPerTree, "row")}`],
  ],
  autoencoder: ({ epochs, patience }) => [
    [
      "autoencoder",
      `up to ${counted(epochs, "epoch")}, ends after ${counted(patience, "epoch")} without a smaller loss`,
    ],
  ],
  "nearest-neighbours": () => [],
};

const DUPLICATES = { keep: "duplicates kept", exact: "exact duplicates dropped" } as const;

/** What a run will do, in the lines that decide the result. */
export function describeWatching({ data, model, train, evaluate }: AnomalyRecipe): Lines {
  const { label } = data.columns;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "row")}`;
  const ignored = data.ignore.length === 0 ? "" : `; without ${data.ignore.join(", ")}`;
  const kinds = model.kind === "auto" ? model.candidates : [model.kind];
  return [
    [
      "data",
      `${data.source}${limit}; ${DUPLICATES[data.clean.duplicates]}${personalDataWords(data.clean.pii)}${ignored}`,
    ],
    ["known", knownWords(label, train.knownAnomalies)],
    ["split", splitWords(data, data.split.stratify && label !== undefined ? "by known anomalies" : "")],
    ["model", modelWords(model, label)],
    ...kinds.flatMap((kind) => LEARNING[kind](train)),
    ["flags", thresholdWords(model.threshold, label)],
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test split, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}

function knownWords(label: string | undefined, known: AnomalyRecipe["train"]["knownAnomalies"]): string {
  if (label === undefined) return "no anomalies: nothing tells how many the model finds";
  return `anomalies in "${label}", ${known === "drop" ? "not learnt from" : "learnt from as all other rows"}`;
}

function modelWords({ kind, candidates }: AnomalyRecipe["model"], label: string | undefined): string {
  if (kind !== "auto") return DETECTORS[kind].title;
  if (candidates.length === 1) return DETECTORS[candidates[0]!].title;
  const all = candidates.join(", ");
  return label === undefined
    ? `auto: the mean of ${all}`
    : `auto: the best of ${all} and their means, by known anomalies`;
}

function thresholdWords(
  { by, share, precision }: AnomalyRecipe["model"]["threshold"],
  label: string | undefined,
): string {
  const ofShare = `the oddest ${percent(share)} of the training rows`;
  if (by === "share" || label === undefined) return ofShare;
  if (by === "precision") return `rows above a score at which ${percent(precision)} of them are known anomalies`;
  const byF1 = "rows above the score of the largest F1";
  return by === "f1" ? byF1 : `${byF1}; of fewer than ten known anomalies, ${ofShare}`;
}
