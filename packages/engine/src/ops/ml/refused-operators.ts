/** The operators of ai.onnx.ml that have no row: their values are maps or sequences, which a graph does not hold; by the reason. */
export const REFUSED_ML_OPERATORS: Readonly<Record<string, string>> = {
  CastMap: "it reads a map; feed its values as a tensor",
  DictVectorizer: "it reads a map; feed its values as a tensor, and name missing ones by 0",
  ZipMap: "it makes a sequence of maps; export with zipmap=False, which leaves the scores a tensor",
};
