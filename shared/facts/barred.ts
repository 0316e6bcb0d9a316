import {
  isVirtualNode,
  lacking,
  valueOr,
  type BackendPool,
  type LoadBalancer,
  type LoadBalancerService,
  type ManagedCluster,
  type NetworkInterface,
  type Node,
  type NodePool,
  type Read,
  type Reason,
} from '../model/index.ts';
import {
  excludeLabel,
  findRules,
  isOutboundPool,
  isPoolByAddress,
  lbVmSet,
  machineIdOf,
  nodeEligibility,
  serviceLoadBalancer,
  type ExclusionReason,
} from '../load-balancing/index.ts';
import { nodesOfPool } from '../placement/index.ts';
import { clusterView, type ClusterView } from './cluster-view.ts';
import { derived } from './derived.ts';

/**
 * What keeps a node out of the backends for good, in words for people; a node on its way out or a
 * stopped VM is not placement's business.
 */
export const lastingReasons: ReadonlyMap<ExclusionReason, string> = new Map<
  ExclusionReason,
  string
>([
  ['exclude-label', 'exclude-from-external-load-balancers label'],
  ['unmanaged', 'label kubernetes.azure.com/managed=false'],
  ['other-resource-group', 'in another resource group'],
  ['control-plane', 'control plane nodes'],
  ['other-vm-set', 'in another VM set than the Basic load balancer’s'],
  ['held-by-other-load-balancer', 'NICs in a pool of another load balancer'],
  ['no-address-of-family', "no address of the pool's IP family"],
  ['virtual-node', 'virtual nodes'],
]);

/** What may not become a backend of a load balancer, and what cannot be told. */
export interface Barred {
  readonly nodes: readonly { readonly node: Node; readonly reasons: readonly ExclusionReason[] }[];
  /** Pools without a live node, judged by what their nodes would carry. */
  readonly emptyPools: readonly {
    readonly pool: NodePool;
    readonly reasons: readonly ExclusionReason[];
  }[];
  readonly undecided: readonly { readonly node: Node; readonly reason: Reason }[];
}

/** For each Service: what may never be a backend of its load balancer; `undefined` where that was not found. */
export const barredFor = derived(
  'barredFor',
  {
    needs: ['nodes', 'loadBalancers', clusterView],
    helps: ['managedCluster', 'networkInterfaces'],
  },
  ({ loadBalancers, clusterView: view, ...given }) => barredBy(loadBalancers, { view, ...given }),
);

interface BarredInputs {
  readonly nodes: readonly Node[];
  readonly view: ClusterView;
  readonly managedCluster: Read<ManagedCluster>;
  readonly networkInterfaces: Read<readonly NetworkInterface[]>;
}

function barredBy(
  loadBalancers: readonly LoadBalancer[],
  inputs: BarredInputs,
): (service: LoadBalancerService) => Barred | undefined {
  const rulesOf = findRules(loadBalancers);
  const known = new Map<string, Barred>();
  return (service) => {
    const loadBalancer = serviceLoadBalancer(loadBalancers, service);
    if (loadBalancer === undefined) return undefined;
    const used = new Set(rulesOf(service).flatMap(({ rule }) => rule.backendPoolIds));
    const inbound = loadBalancer.backendPools.filter((pool) => !isOutboundPool(pool.name));
    const own = inbound.filter((pool) => used.has(pool.id));
    const pools = own.length > 0 ? own : inbound;
    const key = [loadBalancer.id, ...pools.map((pool) => pool.id)].join(' ');
    const barred = known.get(key) ?? barredFrom(loadBalancer, pools, inputs);
    known.set(key, barred);
    return barred;
  };
}

function barredFrom(
  loadBalancer: LoadBalancer,
  pools: readonly BackendPool[],
  inputs: BarredInputs,
): Barred {
  const { nodes, view, managedCluster, networkInterfaces } = inputs;
  const { topology } = view;
  const judged = nodes.map((node) => {
    const answers = (pools.length === 0 ? [undefined] : pools).map((pool) =>
      nodeEligibility(node, {
        loadBalancer,
        ...(pool !== undefined && { pool }),
        topology,
        managedCluster,
      }),
    );
    // With two families a node that serves one of them is a backend.
    const best =
      answers.find(({ answer }) => answer === 'yes') ??
      answers.find(({ answer }) => answer === 'unknown') ??
      answers[0];
    return {
      node,
      answer: best?.answer ?? 'unknown',
      reasons: best?.reasons.filter((reason) => lastingReasons.has(reason)) ?? [],
    };
  });
  return {
    nodes: judged.filter(({ reasons }) => reasons.length > 0),
    undecided: judged.flatMap(({ node, answer, reasons }) => {
      if (answer === 'unknown') return [{ node, reason: { why: undecidedText(node) } }];
      const nicDecides =
        reasons.length === 0 &&
        machineIdOf(node.providerId)?.kind === 'virtual-machine' &&
        !pools.every((pool) => isPoolByAddress({ pool, managedCluster }));
      return nicDecides && networkInterfaces.kind === 'unread'
        ? [{ node, reason: lacking('networkInterfaces', networkInterfaces) }]
        : [];
    }),
    emptyPools: barredEmptyPools(loadBalancer, pools, inputs),
  };
}

function undecidedText(node: Node): string {
  return isVirtualNode(node)
    ? 'whether a virtual node without the exclude label is in an IP-based backend pool is not known'
    : 'whether some nodes are eligible as backends is not known';
}

function barredEmptyPools(
  loadBalancer: LoadBalancer,
  pools: readonly BackendPool[],
  { nodes, view: { topology }, managedCluster }: BarredInputs,
): Barred['emptyPools'] {
  const cluster = valueOr(managedCluster, undefined);
  const [member] = pools[0]?.members ?? [];
  const byIp = (member?.kind ?? (cluster?.backendPoolType === 'nodeip' ? 'ip' : 'nic')) === 'ip';
  const basicSet =
    loadBalancer.sku === 'basic' ? { held: lbVmSet(topology, loadBalancer) } : undefined;
  return (cluster?.nodePools ?? []).flatMap((pool) => {
    if (nodesOfPool(nodes, pool.name).length > 0) return [];
    const reasons = emptyPoolReasons(pool, byIp, basicSet);
    return reasons.length === 0 ? [] : [{ pool, reasons }];
  });
}

/** A pool without nodes is judged by its labels, and on Basic by whether the set that is held can be its own. */
function emptyPoolReasons(
  { name, labels }: NodePool,
  byIp: boolean,
  basic: { readonly held: string | undefined } | undefined,
): readonly ExclusionReason[] {
  const label = excludeLabel({ labels });
  if (label.serviceController || (label.present && !byIp)) return ['exclude-label'];
  if (basic?.held === undefined) return [];
  const pool = name.toLowerCase();
  const own =
    basic.held.startsWith(`${pool}-availabilityset-`) ||
    basic.held.startsWith(`aks-${pool}-`) ||
    basic.held === `aks${pool}`;
  return own ? [] : ['other-vm-set'];
}
