import { CARD_SEARCH_STYLE } from "@modelwright/pages";

/** The rules of a profile alone, after those that all pages share. */
export const PROFILE_STYLE = `${CARD_SEARCH_STYLE}
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem; margin: 1.75rem 0 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .9rem 1.1rem; }
.tile dt { font-weight: 600; font-size: .875rem; } .tile dd { margin: .1rem 0 0; }
.tile .big { display: block; font-size: 1.5rem; line-height: 1.35; font-weight: 620; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile .meaning { display: block; font-size: .8125rem; line-height: 1.45; margin-top: .2rem; color: var(--muted); }
.findings { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
.finding { border: 1px solid var(--line); border-left-width: .3rem; border-radius: .5rem; background: var(--card); padding: .8rem 1.1rem; }
.finding.high { border-left-color: var(--bad); } .finding.medium { border-left-color: var(--open); }
.finding h3 { margin: 0; font-size: 1rem; line-height: 1.45; }
.finding ul { list-style: disc; margin: .4rem 0 0; padding-left: 1.1rem; font-size: .9375rem; } .finding details { margin: 0; font-size: .9375rem; }
.badge { display: inline-block; white-space: nowrap; min-width: 4.4em; text-align: center; font-size: .75rem; font-weight: 600; border-radius: .3rem; padding: .05rem .4rem; margin-right: .35rem; background: var(--sunk); color: var(--muted); }
.examples { list-style: none; margin: 0; padding: 0; font-size: .8125rem; line-height: 1.5; color: var(--muted); } .examples li { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; margin-bottom: .3rem; }
.high .badge, .badge.high { background: var(--bad-soft); color: var(--bad); } .medium .badge, .badge.medium { background: var(--open-soft); color: var(--open); }
.cure { margin: .5rem 0 0; font-size: .875rem; max-width: none; } .cure .quiet { margin-right: .5rem; }
.columns { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: .9rem 1.1rem; min-width: 0; content-visibility: auto; contain-intrinsic-size: auto 13rem; }
.card:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
.card h3 { margin: 0; font-size: 1rem; } .kind { font-weight: 400; font-size: .8125rem; color: var(--muted); margin-left: .3rem; }
.why { margin: 0 0 .5rem; font-size: .8125rem; color: var(--muted); max-width: none; }
.mark { display: inline-block; font-size: .75rem; border-radius: .3rem; padding: 0 .4rem; background: var(--open-soft); color: var(--open); }
.body { display: grid; grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr); gap: .5rem 1.25rem; align-items: start; }
.body dl { margin: 0; font-size: .8125rem; line-height: 1.5; } .body dl div { display: flex; gap: .6rem; justify-content: space-between; border-bottom: 1px solid var(--line); }
.body dt { color: var(--muted); white-space: nowrap; } .body dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; min-width: 0; }
.plot { margin: 0; } .plot svg { display: block; width: 100%; height: 4rem; border-bottom: 1px solid var(--muted); } .plot rect { fill: var(--series-1); }
.plot figcaption { display: flex; justify-content: space-between; gap: 1rem; font-size: .75rem; color: var(--muted); font-variant-numeric: tabular-nums; }
.bars { list-style: none; margin: 0; padding: 0; font-size: .8125rem; line-height: 1.5; }
.bars li { display: grid; grid-template-columns: minmax(0, 1fr) 4rem 3.6rem; gap: .5rem; align-items: center; }
.bars .value { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } .bars .share { text-align: right; font-variant-numeric: tabular-nums; }
.bars .meter { height: .5rem; border-radius: .25rem; background: var(--sunk); overflow: hidden; } .bars .meter i { display: block; height: 100%; background: var(--series-1); }
code { font-size: .92em; }
@media (max-width: 600px) { .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .6rem; } .body { grid-template-columns: minmax(0, 1fr); } }
`;
