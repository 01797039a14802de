/** The rules of the playground alone, after those that all pages share. */
export const PLAYGROUND_STYLE = `
main { max-width: 46rem; }
form, .card { background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: 1.5rem; margin: 1.5rem 0 0; }
label, .label { display: block; font-size: .875rem; font-weight: 600; margin-bottom: .35rem; }
label::first-letter, .label::first-letter { text-transform: uppercase; }
select, textarea, #key { width: 100%; font: inherit; color: inherit; background: var(--page); border: 1px solid var(--muted); border-radius: .5rem; padding: .6rem .75rem; margin-bottom: 1.1rem; }
#about { margin: -.6rem 0 1.1rem; font-size: .875rem; color: var(--muted); }
textarea { min-height: 8rem; resize: vertical; display: block; margin-bottom: .75rem; }
.choice { display: flex; gap: .5rem; align-items: center; font-weight: 400; margin: 0; } .choice[hidden] { display: none; }
.choice input { width: 1.1rem; height: 1.1rem; accent-color: var(--accent); margin: 0; }
.row h3 { margin: 0; } h2 ~ .row { margin: 1.5rem 0 .6rem; } .card > .note:last-child { margin-bottom: 0; }
.row { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center; justify-content: space-between; }
#send, .send, .copy { font: inherit; font-weight: 600; border: 0; border-radius: .5rem; padding: .6rem 1.5rem; cursor: pointer; color: var(--on-accent); background: var(--accent); }
#send:disabled { opacity: .6; cursor: wait; }
.copy { padding: .35rem .9rem; font-size: .875rem; color: var(--accent); background: var(--accent-soft); }
#key-form .problem { margin: 0 0 1.1rem; } #key-given { margin: 1.5rem 0 0; display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; } #key-given[hidden] { display: none; }
#try { margin-top: 1.1rem; }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; }
.chip { font: inherit; font-size: .875rem; text-align: left; color: var(--ink); background: var(--sunk); border: 1px solid var(--line); border-radius: 1rem; padding: .35rem .8rem; cursor: pointer; max-width: 100%; overflow-wrap: anywhere; }
.chip.all { color: var(--accent); background: none; border-color: var(--accent); }
.problem { margin: 1.5rem 0 0; padding: .9rem 1.2rem; border-radius: .75rem; background: var(--bad-soft); color: var(--bad); max-width: none; }
.asked { color: var(--muted); font-size: .9375rem; margin: 0 0 .5rem; display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
.answer { font-size: 1.6rem; margin: 0 0 1rem; } .answer small, .written small { font-weight: 400; color: var(--muted); font-size: .65em; margin-left: .4em; font-variant-numeric: tabular-nums; }
.written { font-size: 1.05rem; white-space: pre-wrap; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
.before { color: var(--muted); }
.turn { white-space: pre-wrap; margin: 0 0 .75rem; padding: .6rem .9rem; border-radius: .75rem; background: var(--sunk); } .turn.assistant { background: var(--accent-soft); }
.turn small { display: block; color: var(--muted); }
mark { color: var(--ink); background: var(--accent-soft); border-radius: .3rem; padding: .1rem .3rem; } .written mark small { color: var(--accent); }
.fact { margin: .2rem 0; } .fact small { color: var(--muted); }
ol { list-style: none; margin: 0 0 .5rem; padding: 0; }
li { display: grid; grid-template: "name track figures" / minmax(0, 12rem) 1fr 4.2rem; gap: .1rem 1rem; align-items: center; padding: .3rem 0; font-size: .9375rem; }
li .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.figures { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; color: var(--muted); grid-area: figures; }
.chosen { font-weight: 600; } .chosen .figures { color: var(--ink); }
.track { position: relative; height: .8rem; border-radius: .25rem; background: var(--sunk); grid-area: track; overflow: hidden; }
.track i { display: block; height: 100%; border-radius: .25rem; background: color-mix(in srgb, var(--muted) 50%, var(--sunk)); }
.track b { position: absolute; top: 0; bottom: 0; width: 2px; background: var(--ink); }
.chosen .track i { background: var(--accent); }
.line { margin: 0; border-bottom: 1px solid var(--line); } .line > div { padding: .25rem 0 1rem 1rem; }
.line > summary { color: var(--ink); width: auto; display: grid; grid-template: "text given figures" / minmax(0, 1fr) minmax(0, 12rem) 4.2rem; gap: .1rem 1rem; padding: .55rem 0; font-size: .9375rem; }
.line .given::before { content: "▸ "; color: var(--accent); } .line[open] .given::before { content: "▾ "; }
.line .text { grid-area: text; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--muted); }
.line .given { grid-area: given; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
pre { margin: 0 0 1.1rem; padding: .9rem 1rem; border-radius: .5rem; background: var(--sunk); font: .8125rem/1.55 ui-monospace, monospace; white-space: pre-wrap; max-height: 18rem; overflow: auto; }
@media (max-width: 600px) { form, .card { padding: 1.1rem; } li, .line > summary { grid-template: "name figures" "track track" / minmax(0, 1fr) 4.2rem; } .line > summary { grid-template: "text text" "given figures" / minmax(0, 1fr) 4.2rem; } .buttons { width: 100%; flex-direction: column-reverse; align-items: stretch; } }
`;
