import { CHART_STYLE, FACTS_STYLE, INTERVAL_PLOT_STYLE } from "@modelwright/pages";

/** The rules of a monitoring report alone, after those that all pages share. */
export const MONITOR_STYLE = `${CHART_STYLE}${FACTS_STYLE}${INTERVAL_PLOT_STYLE}
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 1.75rem 0 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .9rem 1.1rem; }
.tile dt { font-weight: 600; font-size: .875rem; } .tile dd { margin: .1rem 0 0; }
.tile .big { display: block; font-size: 1.5rem; line-height: 1.35; font-weight: 620; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile .meaning { display: block; font-size: .8125rem; line-height: 1.45; margin-top: .2rem; color: var(--muted); }
.checks { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
.checks li { border: 1px solid var(--line); border-left-width: .3rem; border-radius: .5rem; background: var(--card); padding: .7rem 1.1rem; }
.checks .alert { border-left-color: var(--bad); } .checks .undecided { border-left-color: var(--open); } .checks .fine { border-left-color: var(--good); }
.checks h3 { margin: 0; font-size: 1rem; line-height: 1.45; } .checks p { margin: .15rem 0 0; font-size: .9375rem; max-width: none; overflow-wrap: anywhere; }
.checks details { margin: .25rem 0 0; font-size: .875rem; } .checks code { font-size: .8125rem; overflow-wrap: anywhere; }
.badge { display: inline-block; white-space: nowrap; font-size: .75rem; font-weight: 600; border-radius: .3rem; padding: .05rem .45rem; margin-left: .35rem; background: var(--sunk); color: var(--muted); }
.badge.alert { background: var(--bad-soft); color: var(--bad); } .badge.undecided { background: var(--open-soft); color: var(--open); } .badge.fine { background: var(--good-soft); color: var(--good); }
.columns { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); gap: 1rem; }
.columns > li { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .9rem 1.1rem; min-width: 0; }
.columns h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; } .columns .figures { margin: .1rem 0 .6rem; font-size: .8125rem; color: var(--muted); max-width: none; font-variant-numeric: tabular-nums; }
.spread { list-style: none; margin: 0; padding: 0; font-size: .8125rem; line-height: 1.35; }
.spread li { display: grid; grid-template-columns: minmax(0, 9rem) 1fr 8rem; gap: .6rem; align-items: center; padding: .12rem 0; }
.spread .place { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } .spread .share { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; color: var(--muted); }
.spread .pair { display: grid; gap: 2px; } .spread .pair i { display: block; height: .36rem; border-radius: .18rem; background: var(--muted); opacity: .55; min-width: 1px; } .spread .pair i + i { background: var(--series-1); opacity: 1; }
.key i { display: inline-block; width: 1.1rem; height: .36rem; border-radius: .18rem; margin: 0 .35rem .1rem .1rem; background: var(--muted); opacity: .55; } .key i.now { background: var(--series-1); opacity: 1; margin-left: 1rem; }
@media (max-width: 600px) { .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem; } .spread li { grid-template-columns: minmax(0, 6rem) 1fr 8rem; } }
`;
