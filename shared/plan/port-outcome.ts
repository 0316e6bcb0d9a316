import { present } from '../model/index.ts';
import type { PortTraffic, ServiceTraffic, Verdict } from '../traffic/index.ts';
import { same } from './fields.ts';
import { compareHarm, type Harm } from '../fixes/harm.ts';
import type { Effect, PortOutcome, PortAfter, PortPlan, PortState } from './types.ts';

/** A port of a traffic table as the plan shows it. */
export function stateOf(port: PortTraffic, service: ServiceTraffic | undefined): PortState {
  return {
    ...outcomeOf(port),
    ...detailsOf(port, service),
    ...(port.why !== undefined && { why: port.why }),
  };
}

function detailsOf(
  { loadBalancer, rule, frontend, probe }: PortTraffic,
  service: ServiceTraffic | undefined,
): Omit<PortState, keyof PortOutcome> {
  return {
    ...present({ loadBalancer: loadBalancer?.name, rule, frontend, probe }),
    sourceAddress: service?.externalTrafficPolicy === 'Local' ? 'client' : 'node',
  };
}

function outcomeOf({ verdict, lost, endpoints }: PortTraffic): PortOutcome {
  return {
    verdict,
    lost,
    starved:
      verdict === 'unknown' ? 0 : endpoints.filter((each) => each.ready && each.share === 0).length,
    endpoints: endpoints.map(({ pod, node, nodePool, ready, share, because }) => ({
      pod,
      node,
      nodePool,
      ready,
      share,
      ...(because !== undefined && { because }),
    })),
  };
}

/**
 * A port after the change: exact where every outcome is alike, else a range from the best to the worst.
 * @param unsure Why it is not known what becomes of its Service.
 * @param stays Names of pods that are not touched: their shares count by name, those of others as a set.
 */
export function afterOf(
  likely: PortTraffic,
  service: ServiceTraffic,
  all: readonly PortTraffic[],
  unsure: string | undefined,
  stays: ReadonlySet<string>,
): PortAfter {
  const blind = unsure ?? [likely, ...all].find(({ verdict }) => verdict === 'unknown')?.why;
  if (unsure !== undefined || [likely, ...all].some(({ verdict }) => verdict === 'unknown'))
    return { certainty: 'unknown', why: blind ?? 'what it depends on was not read' };
  const outcomes = [likely, ...all];
  if (outcomes.every((each) => alike(each, likely, stays)))
    return { certainty: 'exact', ...stateOf(likely, service) };
  const byHarm = outcomes.toSorted((a, b) => compareHarm(harmOf(a), harmOf(b)));
  const shares = outcomes.flatMap(({ endpoints }) =>
    endpoints.filter(({ ready }) => ready).map(({ share }) => share),
  );
  const starved = outcomes.map((each) => outcomeOf(each).starved);
  const lost = outcomes.map((each) => each.lost);
  return {
    certainty: 'range',
    ...detailsOf(likely, service),
    likely: outcomeOf(likely),
    best: outcomeOf(byHarm[0] ?? likely),
    worst: outcomeOf(byHarm.at(-1) ?? likely),
    lost: rangeOf(lost),
    share: rangeOf(shares),
    starved: rangeOf(starved),
    verdicts: [...new Set(byHarm.map(({ verdict }) => verdict))],
  };
}

function rangeOf(values: readonly number[]): { readonly min: number; readonly max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min === Infinity ? { min: 0, max: 0 } : { min, max };
}

/** The same numbers, whichever node the pods are on; for pods that stay, each its own. */
function alike(a: PortTraffic, b: PortTraffic, stays: ReadonlySet<string>): boolean {
  if (a.verdict !== b.verdict || Math.abs(a.lost - b.lost) > 1e-9) return false;
  const [x, y] = [sharesOf(a), sharesOf(b)];
  const own = new Map(b.endpoints.map(({ pod, share }) => [pod, share]));
  const moved = a.endpoints.some(
    ({ pod, share }) => stays.has(pod) && Math.abs(share - (own.get(pod) ?? share)) > 1e-9,
  );
  return (
    !moved &&
    x.length === y.length &&
    x.every((share, at) => Math.abs(share - (y[at] ?? 0)) <= 1e-9)
  );
}

/** How a port fares by the change; absent before = new, absent after = gone. */
export function effectOf(before: PortState | undefined, after: PortAfter | undefined): Effect {
  // A new port is measured against an even spread; one that goes takes its traffic with it.
  const from: Harm = before === undefined ? noHarm : harmOf(before);
  if (after === undefined)
    return before === undefined || before.verdict === 'none' ? 'same' : 'worse';
  if (after.certainty === 'unknown') return 'unknown';
  const likely = harmOf(after.certainty === 'exact' ? after : after.likely);
  if (before?.verdict === 'unknown') {
    // Nothing is better than even; whether anything else is worse than what was there is not known.
    const worst = after.certainty === 'exact' ? likely : harmOf(after.worst);
    return compareHarm(worst, noHarm) > 0 ? 'unknown' : 'same';
  }
  const difference = compareHarm(likely, from);
  if (difference > 0) return 'worse';
  if (after.certainty === 'range' && compareHarm(harmOf(after.worst), from) > 0)
    return 'maybe-worse';
  return difference < 0 ? 'better' : 'same';
}

const effects: readonly Effect[] = ['worse', 'unknown', 'maybe-worse', 'better', 'same'];

/** The first of worse, unknown, maybe worse, better, same; `same` for none. */
export function worstEffect(all: readonly Effect[]): Effect {
  return effects.find((effect) => all.includes(effect)) ?? 'same';
}

/** Whether anything about the port differs, numbers and load balancer included. */
export function portChanged({ before, after }: PortPlan): boolean {
  if (before === undefined || after === undefined) return before !== after;
  if (after.certainty === 'unknown') return before.verdict !== 'unknown';
  if (after.certainty === 'range') return true;
  const { certainty: _certainty, ...now } = after;
  return !same(now, before);
}

function sharesOf({ endpoints }: PortTraffic): readonly number[] {
  return endpoints.map(({ share }) => share).toSorted((a, b) => a - b);
}

interface PortShares {
  readonly verdict: Verdict;
  readonly lost: number;
  readonly endpoints: readonly { readonly ready: boolean; readonly share: number }[];
}

/** What is wrong with a port's traffic; 0 throughout is even. */
function harmOf({ verdict, lost, endpoints }: PortShares): Harm {
  if (verdict === 'none') return [1, 1, 0, 0];
  const ready = endpoints.filter((each) => each.ready);
  const shares = ready.flatMap(({ share }) => (share > 0 ? [share] : []));
  const largest = shares.reduce((one, other) => Math.max(one, other), 0);
  const smallest = shares.reduce((one, other) => Math.min(one, other), 1);
  const ratio = shares.length === 0 ? 1 : largest / smallest;
  return [0, lost, ready.length - shares.length, ratio - 1];
}

/** An even spread. */
const noHarm: Harm = [0, 0, 0, 0];
