import { stringify } from "yaml";

/**
 * The recipe of a language model on a folder of texts, as a newcomer should read it: what has to be there, and the values one changes
 * first, in comments.
 */
export function languageModelRecipeText({
  name,
  source,
}: {
  readonly name: string;
  /** Relative to the recipe file, with `/`. */
  readonly source: string;
}): string {
  const inline = (value: unknown) => stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
  return `# Train with: modelwright train ${name}.yaml
name: ${inline(name)}
task: causal-language-modeling   # writes on behind a text; masked-language-modeling fills in [MASK] instead
data:
  source: ${inline(source)}
# Every other value has a default, which the run prints. Those that are changed first:
# model: { vocabularySize: 8000, layers: 4, width: 256, heads: 4, sequenceLength: 128 }
# train: { epochs: 1, batchSize: 32, learningRate: 5e-4 }   # few texts need more epochs
# evaluate: { gates: { perplexity: { max: 100 } } }   # a model beyond a gate is kept, but does not become the champion
`;
}
