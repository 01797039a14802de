import type { Graph } from "@modelwright/engine";
import { recommenderGraph } from "@modelwright/inference";
import { historiesOf, type Lesson, popularityOf } from "./catalogue.ts";
import type { Ranker } from "./rankers/ranker.ts";
import { compileRatings, type RatingModel } from "./rating-model.ts";

/** The graph that recommends: what was learnt, and what it remembers of users. */
export function graphOf(lesson: Lesson, ranker: Ranker, ratings: RatingModel | undefined): Graph {
  const { catalogue, relevant } = lesson;
  return recommenderGraph({
    items: catalogue.items,
    titles: catalogue.titles,
    histories: historiesOf(lesson),
    popularity: popularityOf(lesson),
    relevant,
    score: (b, liked) => ranker.compile(b, liked),
    ...(ratings === undefined ? {} : { rate: (b, rated, chosen) => compileRatings(b, ratings, { rated, chosen }) }),
  });
}
