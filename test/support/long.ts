/** `npm run test:long` tries all seeds and cases; `npm test` a small fixed number of them. */
export const isLong = process.env['EVENKEEL_LONG'] === 'true';

/** Of so many runs of a property, those of `npm test`. */
export function runsOf(long: number, short: number): number {
  return isLong ? long : short;
}

/** One of so many cases, from the first on or from a later one; all of them in the long form. */
export function sampled<T>(cases: readonly T[], every: number, from = 0): readonly T[] {
  return isLong ? cases : cases.filter((_, index) => index % every === from % every);
}
