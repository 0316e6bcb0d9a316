import { compareText, type Workload } from '../model/index.ts';
import type { KnownPod, PodPlan } from './pod-plan.ts';

/** What a controller keeps of its pods, and what it has a choice of. */
export interface Kept {
  readonly stays: readonly KnownPod[];
  readonly among: readonly KnownPod[];
  /** How many of `among` are kept. */
  readonly count: number;
}

/**
 * Which pods a ReplicaSet keeps when it becomes smaller: pods that are not ready go first, then those
 * that share their node with most others; a StatefulSet loses the highest numbers.
 */
export function keptPods({ kind }: Workload, pods: readonly KnownPod[], count: number): Kept {
  const all = pods.toSorted((a, b) => compareText(a.name, b.name));
  if (count >= all.length || count <= 0)
    return { stays: count <= 0 ? [] : all, among: [], count: 0 };
  if (kind === 'StatefulSet')
    return { stays: all.toSorted(byOrdinal).slice(0, count), among: [], count: 0 };
  const onNode = Map.groupBy(all, ({ node }) => node);
  // The order in which the controller deletes them, as one number.
  const rank = ({ node, ready }: KnownPod): number =>
    node === undefined ? 2e9 : ready ? (onNode.get(node)?.length ?? 0) : 1e9;
  const last = all.map(rank).toSorted((a, b) => a - b)[count - 1] ?? 0;
  const stays = all.filter((pod) => rank(pod) < last);
  const among = all.filter((pod) => rank(pod) === last);
  return stays.length + among.length === count
    ? { stays: [...stays, ...among], among: [], count: 0 }
    : { stays, among, count: count - stays.length };
}

function byOrdinal(a: KnownPod, b: KnownPod): number {
  return ordinalOf(a.name) - ordinalOf(b.name);
}

/** The number at the end of a StatefulSet’s pod; 0 without one. */
export function ordinalOf(name: string): number {
  return Number(/\d+$/u.exec(name)?.[0] ?? 0);
}

/**
 * A changed template whose pods do not all find a node: the controller takes no more of the old
 * pods away than its strategy allows, and stops there.
 * @param placeable How many of the new pods a node can take.
 */
export function stalled(plan: PodPlan, placeable: number): PodPlan {
  const { workload, replaces } = plan;
  const pods = plan.placed.length;
  if (replaces === undefined || placeable >= pods || workload.rollout?.kind === 'recreate')
    return plan;
  if (workload.kind === 'StatefulSet') {
    // One at a time, the highest number first; the one that stays Pending is the last that went.
    const next = plan.placed
      .toSorted((a, b) => ordinalOf(b) - ordinalOf(a))
      .slice(0, placeable + 1);
    const stays = replaces.filter(({ name }) => !next.includes(name));
    return withNote(
      { ...plan, placed: next, stays: new Map([...plan.stays, ...byName(stays)]) },
      stays.length,
    );
  }
  const { surge, unavailable } = rolloutLimits(workload, pods);
  const count = Math.min(replaces.length, Math.max(0, pods - unavailable - placeable));
  const { stays, among, count: chosen } = keptPods(workload, replaces, count);
  const old = [...stays, ...among.slice(0, chosen)];
  return withNote(
    {
      ...plan,
      stays: byName(old),
      placed: plan.placed.slice(0, Math.max(1, Math.min(pods, pods + surge - count))),
    },
    count,
    among.length > 0 ? ['which of the old pods stay is the choice of its controller'] : [],
  );
}

function withNote(plan: PodPlan, old: number, notes: readonly string[] = []): PodPlan {
  if (old === 0) return plan;
  const text =
    old === 1
      ? 'the rollout does not finish: one old pod keeps running'
      : `the rollout does not finish: ${old} old pods keep running`;
  return { ...plan, notes: [...plan.notes, text, ...notes] };
}

function byName(pods: readonly KnownPod[]): ReadonlyMap<string, KnownPod> {
  return new Map(pods.map((pod) => [pod.name, pod]));
}

/** Old pods that may go before a new one is ready. */
export function leastUnavailable(workload: Workload, pods: number): number {
  return workload.rollout?.kind === 'recreate' ? pods : rolloutLimits(workload, pods).unavailable;
}

/** Pods that a rolling update may have too many and too few; never both none. */
function rolloutLimits(
  { rollout }: Workload,
  pods: number,
): { readonly surge: number; readonly unavailable: number } {
  const given = rollout?.kind === 'rolling' ? rollout : undefined;
  const surge = partOf(given?.maxSurge, pods, Math.ceil);
  const unavailable = partOf(given?.maxUnavailable, pods, Math.floor);
  return { surge, unavailable: surge + unavailable === 0 ? 1 : unavailable };
}

function partOf(
  value: number | string | undefined,
  pods: number,
  round: (part: number) => number,
): number {
  const text = String(value ?? '25%');
  const number = Number.parseInt(text, 10);
  return text.endsWith('%') ? round((pods * number) / 100) : number;
}
