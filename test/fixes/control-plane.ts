import { parse } from 'yaml';
import type { Fix } from '../../shared/fixes/fix.ts';
import {
  read,
  valueOr,
  type ClusterSnapshot,
  type NetworkPolicy,
} from '../../shared/model/index.ts';
import { reconcileCloud } from '../../shared/plan/cloud.ts';
import type { Cluster } from './cluster-state.ts';
import { flag, wordsOf } from './commands.ts';
import { labelNodes, runAz } from './node-commands.ts';
import { withPods } from './placed-pods.ts';
import { annotated, changeService, patched } from './service-commands.ts';
import { labelSelector } from '../builders/index.ts';
import { changeWorkload } from './workload-commands.ts';

export interface Outcomes {
  /** One cluster for each end of the scheduler's work; more than one only where its choice is free. */
  readonly snapshots: readonly ClusterSnapshot[];
  /** Pods that find no seat in some of them. */
  readonly pending: number;
  /** Steps that were not carried out: what a person decides, or another system does. */
  readonly left: readonly string[];
}

/**
 * What the commands of fixes make of a cluster: the API server takes them, the scheduler places the
 * pods that are made anew, and the cloud provider reconciles the Services that it is told of. Nothing
 * of it knows how the product predicts.
 */
export function apply(snapshot: ClusterSnapshot, fixes: readonly Pick<Fix, 'steps'>[]): Outcomes {
  const cluster: Cluster = {
    snapshot: { ...snapshot, backendHealth: read([]) },
    touched: new Set(),
    restarted: new Set(),
    left: [],
  };
  for (const { tool, text } of fixes.flatMap(({ steps }) => steps))
    if (tool === 'yaml') applyYaml(cluster, text);
    else if (!run(cluster, wordsOf(text))) cluster.left.push(text);
  const placed = withPods(cluster);
  return {
    snapshots: placed.snapshots.map((each) => {
      const done = reconciled(each, cluster.touched);
      return each.endpointSlices === snapshot.endpointSlices ? done : followed(done, snapshot);
    }),
    pending: placed.pending,
    left: cluster.left,
  };
}

function reconciled(snapshot: ClusterSnapshot, touched: ReadonlySet<string>): ClusterSnapshot {
  const services = touched.has('*')
    ? new Set(valueOr(snapshot.services, []).map(({ namespace, name }) => `${namespace}/${name}`))
    : touched;
  return reconcileCloud(snapshot, { services, deleted: [], blockedOf: () => undefined }).snapshot;
}

/**
 * Several load balancers: pools of Local Services whose slices changed hold the nodes of their endpoints, whatever the
 * conditions, if the service controller hands them over (source: cloud-provider-azure).
 */
function followed(snapshot: ClusterSnapshot, before: ClusterSnapshot): ClusterSnapshot {
  const old = new Set(valueOr(before.endpointSlices, []));
  if (valueOr(snapshot.loadBalancerConfigurations, []).length === 0) return snapshot;
  const hostsOf = new Map<string, ReadonlySet<string | undefined>>();
  for (const { namespace, name, externalTrafficPolicy } of valueOr(snapshot.services, [])) {
    if (externalTrafficPolicy !== 'Local') continue;
    const own = valueOr(snapshot.endpointSlices, []).filter(
      (slice) => slice.namespace === namespace && slice.service === name,
    );
    if (own.every((slice) => old.has(slice))) continue;
    const hosts = own.flatMap(({ endpoints }) => endpoints.map(({ node }) => node));
    hostsOf.set(`${namespace}-${name}`, new Set(hosts));
  }
  const nodes = valueOr(snapshot.nodes, []).filter(
    (node) =>
      !node.deleting &&
      !node.labels.has('node.kubernetes.io/exclude-from-external-load-balancers') &&
      !node.taints.some(({ key }) => key === 'ToBeDeletedByClusterAutoscaler'),
  );
  const loadBalancers = valueOr(snapshot.loadBalancers, []).map((loadBalancer) => ({
    ...loadBalancer,
    backendPools: loadBalancer.backendPools.map((pool) => {
      const hosts = hostsOf.get(pool.name.replace(/-ipv6$/u, ''));
      if (hosts === undefined) return pool;
      const ipv6 = pool.name.endsWith('-ipv6');
      const members = nodes
        .filter(({ name }) => hosts.has(name))
        .flatMap(({ internalIps }) => internalIps.filter((ip) => ip.includes(':') === ipv6))
        .map(
          (ip) =>
            pool.members.find((each) => each.kind === 'ip' && each.ip === ip) ??
            ({ kind: 'ip', ip } as const),
        );
      return { ...pool, members };
    }),
  }));
  return { ...snapshot, loadBalancers: read(loadBalancers) };
}

/** Whether the command is one of those known here. */
function run(cluster: Cluster, words: readonly string[]): boolean {
  const [tool, ...rest] = words;
  if (tool === 'az') return runAz(cluster, rest);
  const namespace = flag(words, '-n', '--namespace') ?? 'default';
  const at = words.findIndex((word) => ['patch', 'annotate', 'label', 'rollout'].includes(word));
  const [verb = '', kind = '', name = ''] = words.slice(at);
  if (at === -1) return isReadOnly(words);
  if (verb === 'rollout') {
    cluster.restarted.add(`${name}/${namespace}/${words[at + 3]}`.toLowerCase());
    return true;
  }
  if (verb === 'label' && kind === 'node') return labelNodes(cluster, words.slice(at + 2));
  if (kind === 'service' && verb === 'annotate') {
    const changes = words.slice(at + 3).filter((word) => !word.startsWith('--'));
    return changeService(cluster, namespace, name, (service) => annotated(service, changes));
  }
  const patch: unknown = JSON.parse(flag(words, '-p') ?? '{}');
  if (kind === 'service')
    return changeService(cluster, namespace, name, (service) => patched(service, patch));
  if (kind === 'deployment' || kind === 'statefulset' || kind === 'daemonset')
    return changeWorkload(cluster, kind, namespace, name, patch);
  return false;
}

function isReadOnly(words: readonly string[]): boolean {
  return words.some((word) => ['describe', 'get', 'logs'].includes(word));
}

interface PolicyText {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly ingress: readonly {
      readonly ports?: readonly { readonly protocol: string; readonly port: number | string }[];
    }[];
  };
}

function applyYaml(cluster: Cluster, text: string): void {
  const { kind, metadata, spec } = parse(text) as Partial<PolicyText>;
  // One more Service changes nothing for those that there are.
  if (kind === 'Service') return;
  if (kind !== 'NetworkPolicy' || metadata === undefined || spec === undefined) {
    cluster.left.push(text);
    return;
  }
  const policy: NetworkPolicy = {
    ...metadata,
    podSelector: labelSelector(spec.podSelector.matchLabels ?? {}),
    ingress: true,
    rules: spec.ingress.map(({ ports = [] }) => ({ from: [], ports })),
  };
  cluster.snapshot = {
    ...cluster.snapshot,
    networkPolicies: read([...valueOr(cluster.snapshot.networkPolicies, []), policy]),
  };
}
