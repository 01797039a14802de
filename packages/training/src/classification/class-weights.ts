/** How classes weigh in the loss; `balanced`: every class the same in all, scikit-learn's rows / (classes · rows of the class). */
export type ClassWeighting = "none" | "balanced";

/** The weight of each class; `undefined` where all weigh 1. A class without a row weighs 0. */
export function classWeightsOf(weighting: ClassWeighting, classes: Int32Array, count: number): number[] | undefined {
  if (weighting === "none") return undefined;
  const rows = new Array<number>(count).fill(0);
  for (const index of classes) rows[index]!++;
  return rows.map((ofClass) => (ofClass === 0 ? 0 : classes.length / (count * ofClass)));
}
