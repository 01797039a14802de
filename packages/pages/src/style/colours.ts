/**
 * The colours of every page, as variables that follow the reader's light or dark setting. The series are those of Okabe
 * and Ito, darkened or lightened until each stands out from the page by 3 : 1 or more; texts do by 4.5 : 1.
 *
 * @see Okabe & Ito, "Color Universal Design", 2008
 */
export const COLOURS = `
:root { color-scheme: light dark; --page: #fbfbf9; --card: #ffffff; --sunk: #f2f2ee; --ink: #1b1f24; --muted: #59616b;
  --line: #e2e2dc; --accent: #1a5fb4; --on-accent: #ffffff; --accent-soft: #e6eefa;
  --good: #1d6b45; --good-soft: #e5f3ea; --bad: #a3331d; --bad-soft: #fbeae5; --open: #7a5200; --open-soft: #faf1dc;
  --series-1: #1a5fb4; --series-2: #c04f00; --series-3: #00795a; --series-4: #a2477e; }
@media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1b1f25; --sunk: #23282f; --ink: #e8eaed;
  --muted: #a5afba; --line: #313840; --accent: #82b4f5; --on-accent: #10161e; --accent-soft: #1f2e43;
  --good: #7fcfa4; --good-soft: #1b3327; --bad: #f3a08a; --bad-soft: #40241d; --open: #e3bd6b; --open-soft: #3a3018;
  --series-1: #82b4f5; --series-2: #f2a25f; --series-3: #5fcfa8; --series-4: #e3a0c8; } }
`;
