import type { ColumnProfile, NumberSummary } from "@modelwright/data";
import { dataName, html, type Markup } from "@modelwright/pages";
import { percent } from "../../wording/quantities.ts";
import { amount, day } from "../column-words.ts";

const [WIDTH, HEIGHT] = [240, 64];
/** Values that have a bar each. */
const MOST_BARS = 6;

/** So many different numbers at most are shown one by one. */
const FEW_NUMBERS = 6;
const MOST_EXAMPLES = 3;

/** How the values of a column are spread: a histogram of numbers and dates, bars of what most rows have, or examples. */
export function columnPlot(column: ColumnProfile, rows: number): Markup | false {
  const { kind, numbers, frequent, missing, distinct } = column;
  const filled = rows - missing;
  if (numbers !== undefined && distinct > FEW_NUMBERS) return histogram(numbers, kind === "date" ? day : amount);
  if (frequent.length === 0) return false;
  return frequent[0]!.rows === 1 || (kind === "text" && frequent[0]!.rows < TELLING * filled)
    ? examples(column)
    : bars(column, filled);
}

/** Texts that almost every row has another one of are no distribution. */
const TELLING = 0.02;

function examples({ frequent }: ColumnProfile): Markup {
  const shown = frequent.slice(0, MOST_EXAMPLES).map(({ value }) => html`<li>${dataName(value, 80)}</li>`);
  return html`<ul class="examples">${shown}</ul>`;
}

function histogram(
  { histogram: { edges, counts }, min, max }: NumberSummary,
  write: (value: number) => string,
): Markup {
  const most = Math.max(...counts);
  const width = WIDTH / counts.length;
  const rects = counts.flatMap((count, i) => {
    if (count === 0) return [];
    const height = Math.max(1, Math.round((HEIGHT * count) / most));
    const tip = `${write(edges[i]!)} to ${write(edges[i + 1]!)}: ${count.toLocaleString("en-US")}`;
    const [x, across] = [Math.round(i * width * 10) / 10, Math.round((width - 1) * 10) / 10];
    return html`<rect x="${x}" y="${HEIGHT - height}" width="${across}" height="${height}"><title>${tip}</title></rect>`;
  });
  const description = `Histogram from ${write(min)} to ${write(max)}; at most ${most.toLocaleString("en-US")} rows in an interval`;
  return html`<figure class="plot"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description}">${rects}</svg><figcaption><span>${write(min)}</span><span>${write(max)}</span></figcaption></figure>`;
}

function bars({ frequent, distinct }: ColumnProfile, filled: number): Markup {
  const shown = frequent.slice(0, MOST_BARS);
  const most = shown[0]!.rows;
  const lines = shown.map(
    ({ value, rows }) =>
      html`<li><span class="value">${dataName(value, 28)}</span><span class="meter" aria-hidden="true"><i style="width:${((100 * rows) / most).toFixed(1)}%"></i></span><span class="share">${percent(rows / filled)}</span></li>`,
  );
  const others = distinct - shown.length;
  const rest = filled - shown.reduce((sum, { rows }) => sum + rows, 0);
  return html`<ul class="bars">${lines}${
    others > 0 &&
    html`<li class="quiet"><span class="value">${others.toLocaleString("en-US")} more</span><span class="meter"></span><span class="share">${percent(rest / filled)}</span></li>`
  }</ul>`;
}
