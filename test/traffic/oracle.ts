/**
 * The share model once more, written from the pages alone and by other means: connections are dealt
 * out one by one and counted. Nothing here comes from `shared/`.
 */

export interface OracleNode {
  readonly name: string;
  readonly zone: string;
  readonly ready: 'true' | 'false' | 'unknown';
  /** What runs there: kube-proxy as everywhere, a taint that it does not tolerate, Windows with its own, no node at all. */
  readonly kind: 'linux' | 'gpu' | 'windows' | 'virtual';
  /** Being deleted, or about to be by the autoscaler. */
  readonly leaving: 'no' | 'deleting' | 'tainted';
  readonly member: 'no' | 'by-nic' | 'by-address' | 'by-both';
  readonly adminState: 'none' | 'up' | 'down' | 'drain';
}

export interface OracleEndpoint {
  readonly pod: string;
  readonly node: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zones: readonly string[];
  readonly nodes: readonly string[];
}

export interface OracleCase {
  readonly policy: 'Local' | 'Cluster';
  readonly probe: 'health-check' | 'node-port' | 'own-port' | 'kube-proxy' | 'shared' | 'none';
  readonly nodes: readonly OracleNode[];
  readonly endpoints: readonly OracleEndpoint[];
  /** Pool entries that are no node of the cluster. */
  readonly stale: number;
}

export interface Dealt {
  readonly lost: number;
  readonly shares: Readonly<Record<string, number>>;
}

/** Deals as many connections as it takes for every even split to come out whole, and counts who got them. */
export function deal(given: OracleCase): Dealt {
  const members = [
    ...given.nodes.filter(({ member }) => member !== 'no'),
    ...Array.from({ length: given.stale }, () => undefined),
  ];
  const up = members.filter((member) => answers(given, member));
  const counts = new Map(given.endpoints.map(({ pod }) => [pod, 0]));
  if (up.length === 0) return { lost: 1, shares: Object.fromEntries(counts) };
  const choices = up.map((member) => usable(given, member));
  const rounds = choices.reduce((least, { length }) => leastCommonMultiple(least, length || 1), 1);
  let lost = 0;
  for (let round = 0; round < rounds; round++)
    for (const choice of choices) {
      const taker = choice[round % (choice.length || 1)];
      if (taker === undefined) lost++;
      else counts.set(taker.pod, (counts.get(taker.pod) ?? 0) + 1);
    }
  const dealt = rounds * up.length;
  const shares = [...counts].map(([pod, count]) => [pod, count / dealt]);
  return { lost: lost / dealt, shares: Object.fromEntries(shares) };
}

function works(node: OracleNode): boolean {
  return node.ready === 'true' && (node.kind === 'linux' || node.kind === 'windows');
}

/** Whether the load balancer takes a pool entry for up. */
function answers(given: OracleCase, node: OracleNode | undefined): boolean {
  if (given.probe === 'none') return true;
  if (node !== undefined && node.adminState !== 'none') return node.adminState === 'up';
  if (node === undefined || !works(node)) return false;
  if (given.probe === 'kube-proxy' || given.probe === 'shared') return node.leaving === 'no';
  // A port of nobody, and the health check that a Service had while it was Local.
  if (given.probe === 'own-port') return false;
  if (given.probe === 'health-check' && given.policy === 'Cluster') return false;
  if (given.probe === 'health-check')
    return given.endpoints.some((each) => each.ready && each.node === node.name);
  return given.policy === 'Local'
    ? usable(given, node).length > 0
    : given.endpoints.some((each) => each.ready || (each.serving && each.terminating));
}

/** The endpoints that kube-proxy on a node sends outside traffic to. */
function usable(given: OracleCase, node: OracleNode | undefined): readonly OracleEndpoint[] {
  if (node === undefined || !works(node)) return [];
  const pool =
    given.policy === 'Local'
      ? given.endpoints.filter((each) => each.node === node.name)
      : given.endpoints;
  const ready = pool.filter((each) => each.ready);
  if (ready.length === 0) return pool.filter((each) => each.serving && each.terminating);
  if (given.policy === 'Local') return ready;
  const forNode = ready.filter((each) => each.nodes.includes(node.name));
  if (ready.every((each) => each.nodes.length > 0) && forNode.length > 0) return forNode;
  const forZone = ready.filter((each) => node.zone !== '' && each.zones.includes(node.zone));
  if (ready.every((each) => each.zones.length > 0) && forZone.length > 0) return forZone;
  return ready;
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
