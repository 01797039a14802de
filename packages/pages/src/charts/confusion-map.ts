import { scrolling } from "../components/table.ts";
import { cutText, html, type Markup } from "../html/html.ts";

/** Labels up to which a table of numbers can be read. */
const MOST_IN_TABLE = 12;
/** Labels up to which the squares of a map hold their numbers. */
const MOST_WITH_NUMBERS = 40;
const MOST_CHARACTERS = 40;
/** Of a label above its column of numbers. */
const MOST_IN_HEAD = 28;

export const CONFUSION_STYLE = `
.confusion { width: auto; border-collapse: separate; border-spacing: 3px; }
.confusion th, .confusion td { border: 0; border-radius: .3rem; padding: .5rem .6rem; }
.confusion thead th { text-align: center; max-width: 7.5rem; min-width: 5rem; vertical-align: bottom; overflow-wrap: anywhere; white-space: normal; font-weight: 500; color: var(--ink); }
.confusion thead th:first-child { text-align: left; color: var(--muted); min-width: 6rem; }
.confusion tbody th { vertical-align: middle; position: sticky; left: 0; background: var(--page); max-width: 11rem; min-width: 5rem; overflow-wrap: anywhere; z-index: 1; }
.confusion td { text-align: center; vertical-align: middle; min-width: 3rem; font-variant-numeric: tabular-nums; }
.map { display: grid; width: max-content; gap: 1px; font-size: .75rem; line-height: 1; }
.map b { font-weight: 400; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; background: var(--page); display: block; }
.map .row { position: sticky; left: 0; z-index: 1; max-width: 12rem; padding: 0 .5rem 0 0; text-align: right; line-height: var(--cell); }
.map .column { position: sticky; top: 0; z-index: 1; writing-mode: vertical-rl; transform: rotate(180deg); max-height: 10rem; padding: .4rem 0; line-height: var(--cell); text-align: left; }
.map .corner { position: sticky; left: 0; top: 0; z-index: 2; color: var(--muted); padding: 0 .5rem .4rem 0; align-self: stretch; display: flex; flex-direction: column; justify-content: flex-end; align-items: flex-end; line-height: 1.4; }
.map .field { background: var(--sunk); border-radius: .25rem; }
.map i { font-style: normal; text-align: center; line-height: var(--cell); border-radius: 2px; font-size: .6875rem; font-variant-numeric: tabular-nums; }
.confusion, .map { --depth: .7; }
.right { background: color-mix(in srgb, var(--series-1) calc(var(--shade) * var(--depth)), var(--sunk)); }
.wrong { background: color-mix(in srgb, var(--series-2) calc(var(--shade) * var(--depth)), var(--sunk)); }
@media (prefers-color-scheme: dark) { .confusion, .map { --depth: .45; } }
@media (max-width: 600px) { .map .row { max-width: 7rem; } .map .column { max-height: 7rem; } .confusion tbody th { max-width: 7rem; } }
`;

/**
 * Which labels are taken for which: right answers on the diagonal, mistakes off it. A table of numbers for few labels;
 * for many a map of squares that scrolls in both directions under the labels' names, in which each square says what it
 * stands for.
 *
 * @param confusion Row counts, `[actual][predicted]`.
 */
export function confusionMap(labels: readonly string[], confusion: readonly (readonly number[])[]): Markup {
  const caption = "Confusion matrix: actual labels in rows, predicted labels in columns";
  return scrolling(caption, labels.length <= MOST_IN_TABLE ? numbers(labels, confusion) : squares(labels, confusion));
}

interface Cell {
  readonly kind: string;
  /** Of the strongest colour that keeps 4.5 : 1 under the page's ink, percent. */
  readonly shade: number;
  readonly tip: string;
}

function describeCell(
  labels: readonly string[],
  counts: readonly number[],
  { actual, predicted }: { readonly actual: number; readonly predicted: number },
): Cell {
  const support = Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  );
  const rows = counts[predicted]!;
  const share = rows / support;
  // The root, because few of many must still be seen.
  const shade = rows === 0 ? 0 : Math.round(12 + 88 * Math.sqrt(share));
  const kind = actual === predicted ? "right" : "wrong";
  const of = `${rows} of ${support} (${(100 * share).toFixed(1)} %)`;
  const [is, was] = [cutText(labels[actual]!, MOST_CHARACTERS), cutText(labels[predicted]!, MOST_CHARACTERS)];
  return {
    kind,
    shade,
    tip: `Actual: ${is}\nPredicted: ${was}\n${of}`,
  };
}

function numbers(labels: readonly string[], confusion: readonly (readonly number[])[]): Markup {
  const body = confusion.map((counts, actual) => {
    const cells = counts.map((count, predicted) => {
      const { kind, shade, tip } = describeCell(labels, counts, { actual, predicted });
      return html`<td class="${kind}" style="--shade:${shade}%" tabindex="-1" data-tip="${tip}">${count.toLocaleString("en")}</td>`;
    });
    return html`<tr><th scope="row"><bdi>${cutText(labels[actual]!, MOST_CHARACTERS)}</bdi></th>${cells}</tr>`;
  });
  const heads = labels.map((label) => html`<th scope="col"><bdi>${cutText(label, MOST_IN_HEAD)}</bdi></th>`);
  return html`<table class="confusion"><thead><tr><th scope="col">actual ↓ predicted →</th>${heads}</tr></thead><tbody>${body}</tbody></table>`;
}

function squares(labels: readonly string[], confusion: readonly (readonly number[])[]): Markup {
  const withNumbers = labels.length <= MOST_WITH_NUMBERS;
  const size = withNumbers ? 26 : 17;
  const last = labels.length + 2;
  const names = labels.map((label, index) => {
    const short = cutText(label, MOST_CHARACTERS);
    const at = index + 2;
    return html`<b class="row" style="grid-area:${at}/1" title="${short}"><bdi>${short}</bdi></b><b class="column" style="grid-area:1/${at}" title="${short}"><bdi>${short}</bdi></b>`;
  });
  const cells = confusion.map((counts, actual) =>
    counts.map((count, predicted) => {
      if (count === 0) return undefined;
      const { kind, shade, tip } = describeCell(labels, counts, { actual, predicted });
      return html`<i class="${kind}" style="grid-area:${actual + 2}/${predicted + 2};--shade:${shade}%" tabindex="-1" data-tip="${tip}">${withNumbers && count}</i>`;
    }),
  );
  // What it shows is in the table of confused pairs too, in words.
  return html`<div class="map" aria-hidden="true" style="--cell:${size}px;grid-template:auto repeat(${labels.length},${size}px)/auto repeat(${labels.length},${size}px)"><b class="corner" style="grid-area:1/1"><span>predicted →</span><span>actual ↓</span></b><span class="field" style="grid-area:2/2/${last}/${last}"></span>${names}${cells}</div>`;
}
