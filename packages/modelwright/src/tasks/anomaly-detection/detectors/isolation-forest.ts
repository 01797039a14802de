import { type FittedFeatures, type Frame, fitFeatures } from "@modelwright/data";
import { growIsolationForest, treeGraph, treeScores } from "@modelwright/training";
import { COLUMN_BY_COLUMN, type Detector } from "./detector.ts";

/** Random questions to the columns; odd is what few of them set apart (Liu, Ting & Zhou 2008). Scores are 2^(−depth / usual depth), as published. */
export const isolationForest: Detector = {
  title: "isolation forest",
  fit: async ({ train, recipe }, { onProgress, shouldStop }) => {
    const features = fitFeatures(train, { ...COLUMN_BY_COLUMN, unknown: recipe.model.unknown });
    const { trees, rowsPerTree, seed } = recipe.train;
    const grown = growIsolationForest(
      columnsOf(features, train),
      { trees, rowsPerTree, seed },
      { onProgress, shouldStop },
    );
    if (grown === undefined) return undefined;
    const { ensemble, usualDepth, unseenDepths } = grown;
    const scoreOf = (depth: number) => 2 ** (-depth / usualDepth);
    return {
      features: [features],
      trees,
      parameters: ensemble.trees.reduce((sum, { column }) => sum + column.filter((at) => at < 0).length, 0),
      outOfFold: unseenDepths.map(scoreOf),
      predict: async (frame) => treeScores(ensemble, features.apply(frame)).map(scoreOf),
      compile: (b, numbersOf) => {
        const depths = treeGraph(b, ensemble, numbersOf(features));
        return b.op("Exp", [b.op("Mul", [depths, b.scalar(-Math.LN2 / usualDepth)])]);
      },
    };
  },
};

function columnsOf(features: FittedFeatures, frame: Frame) {
  const numbers = features.apply(frame);
  const width = features.features.length;
  return features.features.map(({ name }, column) => ({
    name,
    values: Float32Array.from({ length: frame.rows }, (_, row) => numbers[row * width + column]!),
  }));
}
