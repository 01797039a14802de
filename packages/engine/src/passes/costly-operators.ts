/**
 * Operators whose time the sizes of their inputs and outputs do not bound, so that they run where a user asks for it and not where a graph is
 * read, which may be anybody's: sums over labels that stand in one input only, windows as large as an attribute says, and regular expressions.
 */
export const COSTLY_OPERATORS: ReadonlySet<string> = new Set([
  "AveragePool",
  "Conv",
  "ConvInteger",
  "ConvTranspose",
  "Einsum",
  "LpPool",
  "MaxPool",
  "RegexFullMatch",
  "Tokenizer",
]);
