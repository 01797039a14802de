/** Type, spacing, the header of every page, and what pages are made of. */
export const BASE = `
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 4.5rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.6 system-ui, -apple-system, "Segoe UI",
  Roboto, "Noto Sans", "Noto Sans SC", sans-serif; overflow-wrap: anywhere; }
main { max-width: 62rem; margin: 0 auto; padding: 3rem 1.5rem 6rem; }
h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; margin: 0 0 .35rem; font-weight: 650; }
h2 { font-size: 1.3rem; line-height: 1.3; letter-spacing: -0.01em; margin: 0 0 .75rem; font-weight: 620; }
h3 { font-size: .95rem; margin: 2rem 0 .6rem; font-weight: 600; }
p { margin: 0 0 .75rem; max-width: 68ch; }
a { color: var(--accent); text-underline-offset: .15em; }
section { margin-top: 4rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--card); padding: .5rem 1rem; z-index: 4; }
.skip:focus { top: .5rem; }
.bar { position: sticky; top: 0; z-index: 3; display: flex; align-items: center; gap: 1.75rem; padding: 0 1.5rem;
  height: 3.25rem; background: var(--page); border-bottom: 1px solid var(--line); font-size: .875rem; }
.brand { font-weight: 680; letter-spacing: -0.01em; white-space: nowrap; display: flex; align-items: center; gap: .5rem; }
.brand::before { content: ""; width: .75rem; height: .75rem; border-radius: .2rem; background: var(--accent); }
.bar nav { display: flex; gap: 1.25rem; overflow-x: auto; min-width: 0; height: 100%; align-items: center;
  scrollbar-width: none; padding-right: 2.5rem; mask-image: linear-gradient(to right, #000 calc(100% - 2.5rem), transparent); }
.bar nav a { color: var(--muted); text-decoration: none; white-space: nowrap; padding: .5rem 0; }
.bar nav a:hover, .bar nav a[aria-current] { color: var(--ink); }
.bar nav a:focus-visible { outline-offset: -2px; }
.byline, .note, .quiet { color: var(--muted); }
.note { font-size: .875rem; margin-top: 1rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.interval { color: var(--muted); font-size: .86em; font-weight: 400; white-space: nowrap; }
.term { all: unset; cursor: help; text-decoration: underline dotted var(--muted) 1px; text-underline-offset: .25em; }
.term:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
[data-tip]:hover, [data-tip]:focus { anchor-name: --tip; }
[data-tip]:hover::after, [data-tip]:focus::after { content: attr(data-tip); position: fixed; z-index: 5; left: 1rem;
  right: 1rem; bottom: 1rem; width: max-content; max-width: min(44ch, calc(100vw - 2rem)); margin: 0 auto;
  padding: .6rem .8rem; border-radius: .5rem; background: var(--ink); color: var(--page); font: 400 .8125rem/1.45 system-ui,
  sans-serif; text-align: left; letter-spacing: 0; white-space: pre-line; overflow-wrap: anywhere; pointer-events: none; writing-mode: horizontal-tb; }
@supports (position-area: block-start) { @media (min-width: 601px) {
  [data-tip]:hover::after, [data-tip]:focus::after { position-anchor: --tip; position-area: block-start;
    position-try-fallbacks: flip-block, --tip-start, --tip-end; inset: auto; margin: .4rem; }
  @position-try --tip-start { position-area: block-start span-inline-end; margin: .4rem; }
  @position-try --tip-end { position-area: block-start span-inline-start; margin: .4rem; }
} }
.notice { border-radius: .75rem; padding: .9rem 1.2rem; margin: 0 0 1rem; background: var(--open-soft); }
.notice ul { margin: 0; padding-left: 1.1rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.45; }
th, td { padding: .55rem 1.1rem .55rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
th:last-child, td:last-child { padding-right: .25rem; }
th.number, td.number { text-align: right; }
thead th { font-size: .8125rem; font-weight: 600; color: var(--muted); vertical-align: bottom; }
tbody th { font-weight: 500; overflow-wrap: anywhere; }
td.text { overflow-wrap: anywhere; }
.scroll { overflow: auto; max-height: 44rem; border-radius: .25rem; background:
  linear-gradient(to right, var(--page) 40%, transparent) left / 2rem 100% no-repeat local,
  linear-gradient(to left, var(--page) 40%, transparent) right / 2rem 100% no-repeat local,
  linear-gradient(to right, var(--line), transparent) left / .6rem 100% no-repeat scroll,
  linear-gradient(to left, var(--line), transparent) right / .6rem 100% no-repeat scroll; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--accent); padding: .4rem 0; width: fit-content; }
@media (max-width: 600px) {
  main { padding: 1.75rem 1rem 4rem; }
  .bar { padding: 0 1rem; gap: 1.1rem; }
  h1 { font-size: 1.6rem; }
  section { margin-top: 3rem; }
  .stack, .stack tbody, .stack tr, .stack td, .stack th[scope=row] { display: block; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr { padding: .7rem 0; border-bottom: 1px solid var(--line); }
  .stack td, .stack th[scope=row] { border: 0; padding: .1rem 0; text-align: left; white-space: normal; }
  .stack td.number { text-align: left; }
  .stack td[data-head] { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .75rem; }
  .stack td[data-head]::before { content: attr(data-head); color: var(--muted); overflow-wrap: anywhere; }
}
@media print { body { background: none; } .bar { position: static; } section, figure { break-inside: avoid; } }
`;
