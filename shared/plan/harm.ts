import type { Harm } from '../fixes/harm.ts';
import type { Verdict } from '../traffic/index.ts';

interface PortShares {
  readonly verdict: Verdict;
  readonly lost: number;
  readonly endpoints: readonly { readonly ready: boolean; readonly share: number }[];
}

/** What is wrong with a port's traffic; 0 throughout is even. */
export function harmOf({ verdict, lost, endpoints }: PortShares): Harm {
  if (verdict === 'none') return [1, 1, 0, 0];
  const ready = endpoints.filter((each) => each.ready);
  const shares = ready.flatMap(({ share }) => (share > 0 ? [share] : []));
  const ratio = shares.length === 0 ? 1 : Math.max(...shares) / Math.min(...shares);
  return [0, lost, ready.length - shares.length, ratio - 1];
}

/** An even spread. */
export const noHarm: Harm = [0, 0, 0, 0];
