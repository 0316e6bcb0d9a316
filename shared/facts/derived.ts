import {
  present,
  type ClusterIdentity,
  type ClusterSnapshot,
  type Read,
  type SliceName,
  type Slices,
  type Unread,
} from '../model/index.ts';

/** Who the cluster is, and the clock of the run: always known. */
export type Cluster = ClusterIdentity & Pick<ClusterSnapshot, 'takenAt'>;

/** A join of a snapshot that more than one reader needs, worked out once for all that share its slices. */
export interface Fact<Name extends string = string, T = unknown> {
  readonly name: Name;
  /** What it cannot do without: it is unread while one of these is. */
  readonly needs: readonly Source[];
  /** What makes it more exact. */
  readonly helps: readonly Source[];
  readonly of: (snapshot: ClusterSnapshot) => Read<T>;
}

/** What a fact or a rule may name: a slice, or another fact. */
export type Source = SliceName | Fact;

type NameOf<S> = S extends SliceName ? S : S extends Fact<infer Name> ? Name : never;
type ValueOf<S> = S extends SliceName ? Slices[S] : S extends Fact<string, infer T> ? T : never;

/** Needs as values, helps as `Read`, each by its name; and nothing else of the snapshot. */
export type Given<N extends readonly Source[], H extends readonly Source[]> = {
  readonly [S in N[number] as NameOf<S>]: ValueOf<S>;
} & { readonly [S in H[number] as NameOf<S>]: Read<ValueOf<S>> } & { readonly cluster: Cluster };

export interface Sources<N extends readonly Source[], H extends readonly Source[]> {
  readonly needs: N;
  readonly helps?: H;
}

/** One source that was not read: the name that a reader used, and why. */
export interface MissingNeeds {
  readonly slices: readonly SliceName[];
  readonly unread: Unread;
}

/**
 * The one memo of the code base: a fact by snapshot, and by the slices that it rests on. It names
 * its slices, its compute function receives those and no others, and it is unread, with all reasons,
 * while one that it needs is.
 * @param sources Its needs, or `{ needs, helps }`.
 * @param compute May answer with an `Unread` of its own where what was read does not say.
 */
export function derived<
  const Name extends string,
  T,
  const N extends readonly Source[],
  const H extends readonly Source[] = readonly [],
>(
  name: Name,
  sources: N | Sources<N, H>,
  compute: (given: Given<N, H>) => T | Unread,
): Fact<Name, T> {
  const { needs, helps } = bothOf(sources);
  const known = new WeakMap<ClusterSnapshot, Read<T>>();
  const alike = memoBySlices<Read<T>>([...needs, ...helps]);
  return {
    name,
    needs,
    helps,
    of(snapshot) {
      const before = known.get(snapshot);
      if (before !== undefined) return before;
      const result = alike(snapshot, () => {
        const given = give<N, H>(snapshot, needs, helps);
        const computed = given.kind === 'read' ? compute(given.value) : given.unread;
        return isUnread(computed)
          ? namingSlices(computed, snapshot, [...needs, ...helps])
          : { kind: 'read', value: computed };
      });
      known.set(snapshot, result);
      return result;
    },
  };
}

/** What a fact could not say for want of slices, with their names. */
function namingSlices(
  unread: Unread,
  snapshot: ClusterSnapshot,
  sources: readonly Source[],
): Unread {
  if (unread.slices !== undefined || unread.code === 'invalid') return unread;
  const slices = sources.flatMap((source) => {
    const value = readOf(snapshot, source);
    if (value.kind === 'read') return [];
    return typeof source === 'string' ? [source] : (value.slices ?? []);
  });
  return slices.length === 0 ? unread : { ...unread, slices: [...new Set(slices)].toSorted() };
}

/** What was worked out of the slices on the way here, by who the cluster is and when it was taken. */
interface KnownValues<T> {
  readonly further: WeakMap<object, KnownValues<T>>;
  latest?: { readonly cluster: string; readonly result: T };
}

/**
 * Two snapshots that share the slices under the sources, by identity, and speak of one cluster at one
 * time share the result. It is held no longer than each of the slices is, and one at a time: slices
 * that were not asked for are the same object for all clusters, for as long as the process lives.
 */
function memoBySlices<T>(
  sources: readonly Source[],
): (snapshot: ClusterSnapshot, compute: () => T) => T {
  const slices = slicesOf(sources);
  const root: KnownValues<T> = { further: new WeakMap() };
  return (snapshot, compute) => {
    let at = root;
    for (const slice of slices) {
      const next = at.further.get(snapshot[slice]) ?? { further: new WeakMap() };
      at.further.set(snapshot[slice], next);
      at = next;
    }
    // Held by no slice it would be held for ever.
    if (at === root) return compute();
    const cluster = JSON.stringify(clusterOf(snapshot));
    if (at.latest?.cluster !== cluster) at.latest = { cluster, result: compute() };
    return at.latest.result;
  };
}

function isUnread(value: unknown): value is Unread {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'unread';
}

function bothOf<N extends readonly Source[], H extends readonly Source[]>(
  sources: N | Sources<N, H>,
): { readonly needs: N; readonly helps: readonly Source[] } {
  return 'needs' in sources
    ? { needs: sources.needs, helps: sources.helps ?? [] }
    : { needs: sources, helps: [] };
}

/** What was named, taken from a snapshot; or everything of it that is needed and was not read. */
export function give<N extends readonly Source[], H extends readonly Source[]>(
  snapshot: ClusterSnapshot,
  needs: readonly Source[],
  helps: readonly Source[],
):
  | { readonly kind: 'read'; readonly value: Given<N, H> }
  | ({ readonly kind: 'missing' } & MissingNeeds) {
  const given: Record<string, unknown> = { cluster: clusterOf(snapshot) };
  const missing: { readonly source: Source; readonly unread: Unread }[] = [];
  for (const source of needs) {
    const value = readOf(snapshot, source);
    if (value.kind === 'read') given[nameOf(source)] = value.value;
    else missing.push({ source, unread: value });
  }
  for (const source of helps) given[nameOf(source)] = readOf(snapshot, source);
  const [first] = missing;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loops above put every source in
  if (first === undefined) return { kind: 'read', value: given as Given<N, H> };
  const reasons = missing.map(({ source, unread }) =>
    typeof source === 'string' ? `${source}: ${unread.why}` : unread.why,
  );
  const { code } = first.unread;
  const slices = slicesOf(missing.map(({ source }) => source)).filter(
    (slice) => snapshot[slice].kind === 'unread',
  );
  return {
    kind: 'missing',
    slices,
    unread: {
      kind: 'unread',
      why: [...new Set(reasons)].join('; '),
      slices,
      ...(code !== undefined && { code }),
    },
  };
}

function clusterOf(snapshot: ClusterSnapshot): Cluster {
  const { id, name, subscriptionId, resourceGroup, location, kubernetesVersion, takenAt } =
    snapshot;
  const known = { subscriptionId, resourceGroup, location, kubernetesVersion };
  return { id, name, takenAt, ...present(known) };
}

function readOf(snapshot: ClusterSnapshot, source: Source): Read<unknown> {
  return typeof source === 'string' ? snapshot[source] : source.of(snapshot);
}

function nameOf(source: Source): string {
  return typeof source === 'string' ? source : source.name;
}

/** Every slice on which any of the sources rests, needs and helps of facts included; in a fixed order. */
export function slicesOf(sources: Iterable<Source>): readonly SliceName[] {
  const found = new Set<SliceName>();
  const visit = (source: Source): void => {
    if (typeof source === 'string') found.add(source);
    else for (const each of [...source.needs, ...source.helps]) visit(each);
  };
  for (const source of sources) visit(source);
  return [...found].toSorted();
}
