/** `npm run test:long` tries all seeds; `npm test` a small fixed number of them. */
export const isLong = process.env['EVENKEEL_LONG'] === 'true';

/** How many seeds a random test tries. */
export function seeds(few: number, many: number): number {
  return isLong ? many : few;
}
