/** The report's look: one column of text, system fonts, colours as variables for light and dark. */
export const reportStyle = `
:root { color-scheme: light dark; --page: #fcfcfa; --card: #f3f3ee; --ink: #1d2126; --muted: #5b636d; --line: #dcdcd4;
  --good: #1f6b45; --bad: #a33a22; --series-1: #2a5f9e; --series-2: #c2571a; --series-3: #2c7a5b; --series-4: #8a4a8f;
  --series-5: #8a6d00; --series-6: #51606f; --heat-right: #2a5f9e; --heat-wrong: #c2571a; }
@media (prefers-color-scheme: dark) { :root { --page: #15181c; --card: #1e2228; --ink: #e6e8ea; --muted: #a2abb5;
  --line: #343a42; --good: #7cc9a0; --bad: #f09a82; --series-1: #7fb2ea; --series-2: #f0a26b; --series-3: #7ccaa8;
  --series-4: #d1a0d6; --series-5: #d8bf62; --series-6: #a9b7c6; --heat-right: #2f5f96; --heat-wrong: #a5501e; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "Segoe UI",
  Roboto, "Noto Sans", "Noto Sans SC", sans-serif; overflow-wrap: anywhere; }
main { max-width: 960px; margin: 0 auto; padding: 56px 24px 96px; }
header { margin-bottom: 28px; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 6px; font-weight: 650; }
h2 { font-size: 20px; line-height: 1.3; letter-spacing: -0.005em; margin: 0 0 12px; font-weight: 620; }
h3, h2.quiet { font-size: 15px; margin: 24px 0 10px; font-weight: 600; letter-spacing: 0; }
p { margin: 0 0 12px; max-width: 68ch; }
section { margin-top: 56px; }
section.answer { margin-top: 0; }
.byline, .note, .interval, .meaning, .id { color: var(--muted); }
.byline { margin: 0; }
.note { font-size: 14px; margin-top: 16px; }
.lead { font-size: 20px; line-height: 1.45; max-width: 56ch; }
.verdict { margin-bottom: 6px; }
.interval { font-size: 0.86em; font-weight: 400; white-space: nowrap; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 16px; margin: 28px 0 0; }
.tile { background: var(--card); border-radius: 10px; padding: 16px 18px; }
.tile dt { font-weight: 600; font-size: 14px; }
.tile dd { margin: 2px 0 0; }
.tile .big { font-size: 34px; line-height: 1.25; font-weight: 620; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile .meaning { display: block; font-size: 13px; line-height: 1.45; margin-top: 4px; }
.whisker { display: grid; grid-template: "name track number" / minmax(0, 18ch) 1fr 22ch; gap: 2px 16px; align-items: center; padding: 4px 0; }
.whisker .name { grid-area: name; }
.whisker .track { grid-area: track; }
.whisker .number { grid-area: number; font-size: 14px; }
.track { position: relative; height: 10px; border-radius: 5px; background: var(--card); min-width: 80px; }
.range { position: absolute; top: 2px; bottom: 2px; min-width: 2px; border-radius: 3px; background: var(--series-1); opacity: 0.4; }
.dot { position: absolute; top: -1px; width: 4px; height: 12px; margin-left: -2px; border-radius: 2px; background: var(--series-1); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scroll { overflow-x: auto; border-radius: 4px; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--series-1); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.45; }
th, td { padding: 8px 14px 8px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
th:last-child, td:last-child { padding-right: 4px; }
th.number, td.number { text-align: right; }
thead th { font-size: 13px; white-space: nowrap; font-weight: 600; color: var(--muted); vertical-align: bottom; }
tbody th { font-weight: 500; min-width: 9ch; }
.verdict-cell { white-space: nowrap; }
.word { font-weight: 600; }
.word.better { color: var(--good); }
.word.worse { color: var(--bad); }
.word.undecided { color: var(--muted); font-weight: 500; }
.grid { width: auto; border-collapse: separate; border-spacing: 3px; }
.grid th, .grid td { border: 0; padding: 8px 14px; border-radius: 5px; }
.grid tbody th { white-space: nowrap; padding-left: 0; }
.grid td { min-width: 72px; text-align: center; }
.grid thead th.number { text-align: center; }
.grid .right { background: color-mix(in srgb, var(--heat-right) var(--shade), var(--card)); }
.grid .wrong { background: color-mix(in srgb, var(--heat-wrong) var(--shade), var(--card)); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 28px 32px; align-items: start; }
.chart { margin: 0; min-width: 0; }
.chart figcaption { font-weight: 600; font-size: 15px; margin-bottom: 6px; }
.chart svg { display: block; width: 100%; height: auto; max-width: 640px; }
section > .chart { margin-top: 24px; }
.mistakes { list-style: none; margin: 0; padding: 0; }
.mistakes li { padding: 14px 0; border-top: 1px solid var(--line); }
.mistakes .text { margin: 0 0 6px; max-width: 76ch; white-space: pre-line; }
.mistakes .facts { margin: 0; font-size: 14px; display: flex; flex-wrap: wrap; gap: 2px 18px; max-width: none; }
.facts-list { margin: 0; }
.facts-list div { display: grid; grid-template-columns: minmax(120px, 200px) 1fr; gap: 4px 20px; padding: 7px 0; border-bottom: 1px solid var(--line); font-size: 15px; }
.facts-list dt { color: var(--muted); }
.facts-list dd { margin: 0; font-variant-numeric: tabular-nums; }
.warnings { background: var(--card); border-left: 3px solid var(--series-2); border-radius: 0 6px 6px 0; margin: 0 0 16px; padding: 12px 18px 12px 34px; }
details { margin-top: 16px; }
summary { cursor: pointer; color: var(--series-1); padding: 6px 0; }
@media (max-width: 600px) {
  main { padding: 28px 16px 64px; }
  h1 { font-size: 25px; }
  .lead { font-size: 18px; }
  section { margin-top: 44px; }
  .tiles { gap: 10px; }
  .whisker { grid-template: "name number" "track track" / 1fr max-content; padding: 6px 0; }
  .facts-list div { grid-template-columns: 1fr; gap: 0; }
  th, td { padding-right: 12px; }
}
@media print { body { background: none; } section, .tile, .chart, .mistakes li { break-inside: avoid; } }
`;
