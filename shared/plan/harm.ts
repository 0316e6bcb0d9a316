import type { Verdict } from '../traffic/index.ts';

/** What is wrong with a port's traffic, compared from left to right; 0 throughout is even. */
export type Harm = readonly [dead: number, lost: number, starved: number, ratio: number];

interface Measured {
  readonly verdict: Verdict;
  readonly lost: number;
  readonly endpoints: readonly { readonly ready: boolean; readonly share: number }[];
}

const tolerance = 1e-9;

export function harmOf({ verdict, lost, endpoints }: Measured): Harm {
  if (verdict === 'none') return [1, 1, 0, 0];
  const ready = endpoints.filter((each) => each.ready);
  const shares = ready.flatMap(({ share }) => (share > 0 ? [share] : []));
  const ratio = shares.length === 0 ? 1 : Math.max(...shares) / Math.min(...shares);
  return [0, lost, ready.length - shares.length, ratio - 1];
}

export const noHarm: Harm = [0, 0, 0, 0];

/** Below 0 = `a` is better. */
export function compareHarm(a: Harm, b: Harm): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (Math.abs(difference) > tolerance) return difference;
  }
  return 0;
}
