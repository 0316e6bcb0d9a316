import {
  valueOr,
  type ClusterSnapshot,
  type ContainerPort,
  type Namespace,
  type Node,
  type NodeName,
  type PodAffinityTerm,
  type Workload,
} from '../model/index.ts';
import { daemonSetOn, keysApart, selectsPodsOf } from '../placement/index.ts';
import type { PodPlan } from './pod-plan.ts';
import { workloadKey, workloadsOf, type WorkloadKey } from './pod-index.ts';

/** What pods of others mean for where those of a workload may go. */
export interface OtherPods {
  /** Nodes that they leave open, of all of the cluster. */
  readonly open: (node: Node) => boolean;
  /** Labels of nodes of which the workload's pods have to share one value. */
  readonly together: readonly string[];
  /** Why it is not known where they may go. */
  readonly unknown?: string;
}

/** Pods of a workload that run and are not moved. */
export interface Running {
  readonly workload: Workload;
  readonly nodes: ReadonlySet<NodeName>;
  /** Whether these are the nodes of all of its pods. */
  readonly complete: boolean;
}

/** Host ports, required anti-affinity and affinity between workloads, by the pods whose nodes are known. */
export function otherPods(
  snapshot: ClusterSnapshot,
  plan: PodPlan,
  running: readonly Running[],
): OtherPods {
  const { workload } = plan;
  const nodes = valueOr(snapshot.nodes, []);
  const namespaces = valueOr<readonly Namespace[] | undefined>(snapshot.namespaces, undefined);
  const own = workloadKey(workload);
  const others = running.filter((each) => workloadKey(each.workload) !== own);
  const barred = barredNodes(snapshot, workload, others);
  const apart = others.filter(repels(workload)).flatMap((other) =>
    keysApart(workload, other.workload, namespaces).map((key) => ({
      key,
      values: valuesOf(nodes, other.nodes, key),
    })),
  );
  const near = workload.podSpec.requiredPodAffinity.map((term) =>
    nearby(term, plan, { nodes, others, namespaces }),
  );
  const unknown = near.find((each) => each.kind === 'unknown');
  return {
    open: (node) =>
      !barred.has(node.name) &&
      apart.every(({ key, values }) => !values.has(node.labels.get(key) ?? '')) &&
      near.every(
        (each) => each.kind !== 'beside' || each.values.has(node.labels.get(each.key) ?? ''),
      ),
    together: near.flatMap((each) => (each.kind === 'together' ? [each.key] : [])),
    ...(unknown?.kind === 'unknown' && { unknown: unknown.why }),
  };
}

/** Most workloads keep nobody away. */
function repels({ podSpec: own }: Workload): (other: Running) => boolean {
  return ({ workload: { podSpec } }) =>
    own.requiredPodAntiAffinity.length + podSpec.requiredPodAntiAffinity.length > 0;
}

/** Where the pods of every workload run once the plans are carried out, without those that are still to be placed. */
export function runningPods(
  snapshot: ClusterSnapshot,
  plans: ReadonlyMap<WorkloadKey, PodPlan>,
): readonly Running[] {
  const nodes = valueOr(snapshot.nodes, []);
  return workloadsOf(snapshot).map((each) => runningOf(each, plans.get(workloadKey(each)), nodes));
}

function runningOf(workload: Workload, plan: PodPlan | undefined, nodes: readonly Node[]): Running {
  if (workload.kind === 'DaemonSet') {
    const on = nodes.filter((node) => daemonSetOn(workload.podSpec, node).shouldRun);
    return { workload, nodes: new Set(on.map(({ name }) => name)), complete: true };
  }
  const known = [...(plan?.stays.values() ?? []), ...(plan?.fixed ?? [])].flatMap(
    ({ node }) => node ?? [],
  );
  const complete = known.length >= (workload.replicas ?? 1);
  return { workload, nodes: new Set(known), complete };
}

/** Nodes where somebody else has a host port of the workload. */
function barredNodes(
  snapshot: ClusterSnapshot,
  { podSpec: { ports } }: Workload,
  others: readonly Running[],
): ReadonlySet<NodeName> {
  const barred = new Set<NodeName>();
  if (!ports.some(({ hostPort = 0 }) => hostPort > 0)) return barred;
  for (const { workload, nodes } of others)
    if (conflict(ports, workload.podSpec.ports)) for (const name of nodes) barred.add(name);
  for (const { node, ports: taken } of valueOr(snapshot.hostNetworkPods, []))
    if (node !== undefined && conflict(ports, taken)) barred.add(node);
  return barred;
}

function everywhere(ip: string): boolean {
  return ip === '' || ip === '0.0.0.0';
}

function conflict(a: readonly ContainerPort[], b: readonly ContainerPort[]): boolean {
  return a.some(
    (one) =>
      (one.hostPort ?? 0) > 0 &&
      b.some(
        (other) =>
          other.hostPort === one.hostPort &&
          other.protocol === one.protocol &&
          (everywhere(one.hostIp) || everywhere(other.hostIp) || one.hostIp === other.hostIp),
      ),
  );
}

function valuesOf(
  nodes: readonly Node[],
  names: ReadonlySet<NodeName>,
  key: string,
): ReadonlySet<string> {
  return new Set(
    nodes.flatMap(({ name, labels }) => (names.has(name) ? (labels.get(key) ?? []) : [])),
  );
}

type Nearby =
  | { readonly kind: 'beside'; readonly key: string; readonly values: ReadonlySet<string> }
  | { readonly kind: 'together'; readonly key: string }
  | { readonly kind: 'unknown'; readonly why: string };

/** Where a term of required affinity lets pods go. */
function nearby(
  term: PodAffinityTerm,
  { workload, stays, replaces }: PodPlan,
  {
    nodes,
    others,
    namespaces,
  }: {
    readonly nodes: readonly Node[];
    readonly others: readonly Running[];
    readonly namespaces: readonly Namespace[] | undefined;
  },
): Nearby {
  const key = term.topologyKey;
  const selected = others.filter(
    (other) => selectsPodsOf(term, workload, other.workload, namespaces) !== 'no',
  );
  const itself = selectsPodsOf(term, workload, workload, namespaces) === 'yes';
  const own = new Set(
    (itself ? [...stays.values(), ...(replaces ?? [])] : []).flatMap(({ node }) => node ?? []),
  );
  if (selected.some(({ complete }) => !complete) || (selected.length === 0 && !itself))
    return {
      kind: 'unknown',
      why: 'it has required affinity to pods whose nodes are not known',
    };
  const values = new Set(
    [...selected.map((each) => each.nodes), own].flatMap((each) => [...valuesOf(nodes, each, key)]),
  );
  return values.size === 0 && itself ? { kind: 'together', key } : { kind: 'beside', key, values };
}
