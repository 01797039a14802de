import { html, type Interpolation, type Markup } from "../html/html.ts";

/** A value with its interval, of one of several things that are compared. */
export interface ComparedValue {
  readonly name: Interpolation;
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** The value and its interval in figures. */
  readonly text: Interpolation;
  /** Whether it is the one that the page is about. */
  readonly isSubject: boolean;
}

export const INTERVAL_PLOT_STYLE = `
.compare { display: grid; gap: .15rem; margin: 1rem 0 0; }
.compare > div { display: grid; grid-template: "name track figures" / minmax(0, 11rem) 1fr 13rem; gap: .1rem 1.25rem; align-items: center; padding: .35rem 0; font-size: .9375rem; }
.compare .figures { font-variant-numeric: tabular-nums; grid-area: figures; }
.compare .subject { font-weight: 620; }
.track { grid-area: track; position: relative; height: 1.1rem; border-radius: .3rem; background: var(--sunk); }
.track i { position: absolute; display: block; }
.fill { top: 0; bottom: 0; border-radius: .3rem; background: color-mix(in srgb, var(--muted) 45%, var(--sunk)); }
.subject .fill { background: var(--accent); }
.range { top: calc(50% - 1px); height: 2px; background: var(--ink); box-shadow: 0 0 0 1px var(--page); }
@media (max-width: 600px) { .compare > div { grid-template: "name figures" "track track" / minmax(0, 1fr) max-content; } }
`;

/** Values beside each other as bars from 0, their intervals as lines over the bars' ends. */
export function intervalPlot(values: readonly ComparedValue[]): Markup {
  const ends = values.flatMap(({ value, low = value, high = value }) => [low, high]);
  const [from, to] = [Math.min(0, ...ends), Math.max(1, ...ends)];
  const share = (value: number) => ((value - from) / (to - from)) * 100;
  const place = (a: number, b: number) =>
    `left:${share(Math.min(a, b)).toFixed(2)}%;width:${(share(Math.max(a, b)) - share(Math.min(a, b))).toFixed(2)}%`;
  return html`<div class="compare">${values.map(({ name, value, low, high, text, isSubject }) => {
    const range = low !== undefined && high !== undefined && html`<i class="range" style="${place(low, high)}"></i>`;
    return html`<div class="${isSubject ? "subject" : "other"}"><span>${name}</span><span class="track" aria-hidden="true"><i class="fill" style="${place(0, value)}"></i>${range}</span><span class="figures">${text}</span></div>`;
  })}</div>`;
}
