import { LANGUAGE_MODELING_METRICS, type LanguageModelingMetric, ModelwrightError } from "@modelwright/contracts";
import { rounded } from "../metrics/concatenated.ts";
import type { DocumentScore } from "../metrics/document-score.ts";
import { type MetricFamily, metricNames, type PreparedOutcome } from "./metric-family.ts";

type Documents = readonly DocumentScore[];

const names = metricNames(LANGUAGE_MODELING_METRICS);

/** Metrics over all documents together: every token counts the same, however long its document is. */
function prepare(documents: Documents): PreparedOutcome {
  if (documents.length === 0) throw new ModelwrightError("EVALUATION_EMPTY", { what: "documents" });
  const column = (of: (document: DocumentScore) => number) => Float64Array.from(documents, of);
  const tokens = column(({ tokens }) => tokens);
  const nats = column(({ loss }) => loss);
  const right = column(({ right }) => right);
  // What is known of some documents only is measured over these.
  const characters = column(({ characters = 0 }) => characters);
  const natsOfCharacters = column(({ characters, loss }) => (characters === undefined ? 0 : loss));
  const pairs = column(({ pairs }) => pairs?.count ?? 0);
  const pairsRight = column(({ pairs }) => pairs?.right ?? 0);
  const measure = (weights: Float64Array, into: Float64Array) => {
    const loss = weightedSum(nats, weights) / weightedSum(tokens, weights);
    const values: Readonly<Record<LanguageModelingMetric, number>> = {
      perplexity: Math.exp(loss),
      loss,
      bitsPerCharacter: weightedSum(natsOfCharacters, weights) / Math.LN2 / weightedSum(characters, weights),
      pieceAccuracy: weightedSum(right, weights) / weightedSum(tokens, weights),
      nextSentenceAccuracy: weightedSum(pairsRight, weights) / weightedSum(pairs, weights),
    };
    names.forEach((name, i) => {
      into[i] = values[name];
    });
  };
  const whole = new Float64Array(names.length);
  measure(new Float64Array(documents.length).fill(1), whole);
  return { units: documents.length, keys: names, whole, measure };
}

/** Two outcomes whose characters are those of the same documents: models with different tokenizers cut different ones. */
function paired(a: Documents, b: Documents): readonly [Documents, Documents] {
  const known = (of: Documents, other: Documents) =>
    of.map(({ characters, ...score }, i) =>
      characters === undefined || other[i]!.characters === undefined ? score : { ...score, characters },
    );
  return [known(a, b), known(b, a)];
}

function weightedSum(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * weights[i]!;
  return sum;
}

function familyDecidedBy(deciding: LanguageModelingMetric): MetricFamily<Documents, LanguageModelingMetric> {
  return {
    name: "language-modeling",
    metrics: LANGUAGE_MODELING_METRICS,
    deciding,
    margin: 0.01,
    // Whole documents are resampled, since the tokens of one are alike.
    unit: "document",
    prepare,
    paired,
    join: (outcomes) => outcomes.flat(),
    answers: (documents) => documents.map(({ loss, ...score }) => ({ ...score, loss: rounded(loss) })),
    mismatch: (a, b) => (a.length === b.length ? undefined : { what: `${a.length} documents against ${b.length}` }),
  };
}

/** Models that write on behind a text. Bits per character compare models with different tokenizers. */
export const causalLanguageModelingFamily = familyDecidedBy("bitsPerCharacter");

/** Models that fill in masked tokens, of which no cost of a whole text is known. */
export const maskedLanguageModelingFamily = familyDecidedBy("loss");
