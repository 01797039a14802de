/** Texts that would run, load or break something in a page that does not escape them. */
export const hostileTexts = [
  `<script>window.stolen = 1</script>`,
  `"><img src=x onerror="stolen()">`,
  `" onload="stolen()" x="`,
  `' onmouseover='stolen()`,
  `</style><script>stolen()</script>`,
  `</svg><iframe src="https://example.com"></iframe>`,
  `]]><script>stolen()</script>`,
  `<!-- --><svg/onload=stolen()>`,
  `javascript:stolen()`,
  `&lt;script&gt; &#60;b&#62;`,
  `half a pair \uD83D and the other half \uDE00`,
  `a bell \u0007, a null \u0000, an escape \u001B[2J`,
  `| a | table | \`code\` [link](https://example.com)`,
] as const;
