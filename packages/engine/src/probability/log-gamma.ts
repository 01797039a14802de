/** Stirling's series, from 10 on. @see NIST Digital Library of Mathematical Functions, 5.11.1 */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188];

/** The logarithm of the gamma function of a number above 0. */
export function logGamma(x: number): number {
  let [product, above] = [1, x];
  while (above < 10) product *= above++;
  const series = STIRLING.reduce((sum, term, k) => sum + term / above ** (2 * k + 1), 0);
  return (above - 0.5) * Math.log(above) - above + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
