import { CHART_STYLE, CONFUSION_STYLE, FACTS_STYLE, INTERVAL_PLOT_STYLE } from "@modelwright/pages";

/** The rules of a report alone, after those that all pages share. */
export const REPORT_STYLE = `${CHART_STYLE}${CONFUSION_STYLE}${FACTS_STYLE}${INTERVAL_PLOT_STYLE}
.verdict { margin: 2rem 0 0; padding: 1.5rem 1.75rem; border-radius: 1rem; background: var(--sunk); }
.verdict h2 { font-size: 1.5rem; margin: 0 0 .4rem; display: flex; gap: .6rem; align-items: baseline; }
.verdict h2 span { flex: none; font-weight: 400; }
.verdict .lead { font-size: 1.125rem; line-height: 1.5; max-width: 60ch; margin: 0; }
.verdict ul { margin: .75rem 0 0; padding-left: 1.1rem; font-size: .9375rem; }
.verdict .warned { margin: .75rem 0 0; font-size: .9375rem; } .verdict .warned a { color: inherit; }
.verdict.good { background: var(--good-soft); } .verdict.good h2 { color: var(--good); }
.verdict.bad { background: var(--bad-soft); } .verdict.bad h2 { color: var(--bad); }
.verdict.open { background: var(--open-soft); } .verdict.open h2 { color: var(--open); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin: 1.5rem 0 2.5rem; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.15rem; }
.tile dt { font-weight: 600; font-size: .875rem; }
.tile dd { margin: .1rem 0 0; }
.tile .big { font-size: 2.1rem; line-height: 1.3; font-weight: 620; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile .meaning { display: block; font-size: .8125rem; line-height: 1.45; margin-top: .25rem; color: var(--muted); }
.word { font-weight: 600; } .word.better { color: var(--good); } .word.worse { color: var(--bad); } .word.undecided { color: var(--muted); font-weight: 500; }
.mistakes { list-style: none; margin: 0; padding: 0; }
.mistakes li { padding: .9rem 0; border-top: 1px solid var(--line); }
.mistakes .text { margin: 0 0 .4rem; max-width: 76ch; white-space: pre-line; }
.mistakes .about { margin: 0; font-size: .875rem; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; max-width: none; }
.share { display: inline-block; width: 4rem; height: .5rem; border-radius: .25rem; background: var(--sunk); margin-right: .6rem; vertical-align: middle; overflow: hidden; }
.share i { display: block; height: 100%; background: var(--series-2); }
@media (max-width: 600px) { .verdict { padding: 1.15rem 1.15rem; } .verdict h2 { font-size: 1.25rem; } .verdict .lead { font-size: 1rem; } .tiles { gap: .6rem; } }
`;
