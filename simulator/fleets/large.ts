import {
  cluster,
  deployment,
  loadBalancer,
  nodesOfPool,
  pool,
  service,
  spread,
  subscription,
  systemPool,
} from '../build.ts';
import type {
  ClusterDescription,
  PodPlacement,
  Sequence,
  SubscriptionDescription,
  WorkloadDescription,
} from '../description.ts';
import { largeIngress, type IngressSize } from './large-ingress.ts';

export interface ClusterSize {
  readonly nodes: number;
  readonly pods: number;
  /** LoadBalancer Services, each in front of one workload. */
  readonly services: number;
  readonly ingress?: IngressSize;
}

/** AKS allows no more in a node pool. */
const nodesPerPool = 1000;
const systemNodes = 5;
const podsPerWorkload = 100;

/** One sound cluster of any size. Its pods are worked out one by one when somebody asks for them. */
export function largeCluster(size: ClusterSize): ClusterDescription {
  const { nodes, pods, services, ingress } = size;
  const user = Math.max(0, nodes - systemNodes);
  const pools = Array.from({ length: Math.ceil(user / nodesPerPool) }, (_, at) =>
    pool(`user${at + 1}`, { count: Math.min(nodesPerPool, user - at * nodesPerPool) }),
  );
  const count = Math.max(services, ingress?.innerServices ?? 0, Math.ceil(pods / podsPerWorkload));
  const names = Array.from({ length: count }, (_, at) => `app-${String(at).padStart(5, '0')}`);
  const behind = ingress && largeIngress(ingress, names);
  return cluster('large', {
    // Ports for all nodes, and for those of an upgrade.
    outbound: { allocatedPorts: 64, managedIps: Math.ceil((1.2 * nodes) / 1000) },
    pools: [systemPool({ count: Math.min(systemNodes, nodes) }), ...pools],
    services: [
      ...names.slice(0, services).map((name) => service(`load/${name}`)),
      ...(behind?.services ?? []),
    ],
    routing: { gatewayApi: behind !== undefined, objects: behind?.objects ?? [] },
    workloads: [
      ...names.map((name, at) => {
        const share = Math.floor(pods / count) + (at < pods % count ? 1 : 0);
        return workload(name, podsFrom(at * podsPerWorkload, share, user));
      }),
      ...(behind?.workloads ?? []),
    ],
  });
}

function workload(name: string, pods: Sequence<PodPlacement>): WorkloadDescription {
  return {
    ...deployment(`load/${name}`, []),
    pods,
    replicas: pods.length,
    spec: spread({ app: name }),
  };
}

/** Pods on consecutive user nodes, around and around. */
function podsFrom(first: number, length: number, nodes: number): Sequence<PodPlacement> {
  return {
    length,
    at(index) {
      if (index < 0 || index >= length || nodes === 0) return undefined;
      const node = (first + index) % nodes;
      return { node: `user${Math.floor(node / nodesPerPool) + 1}-${node % nodesPerPool}` };
    },
  };
}

export interface FleetSize {
  readonly subscriptions: number;
  /** Over all subscriptions. */
  readonly clusters: number;
  /** A second load balancer for each cluster, with a Service of its own. */
  readonly internal?: true;
}

/** Subscriptions of small clusters, every tenth with a fault; each cluster is described when it is asked for. */
export function manyClusters({
  subscriptions,
  clusters,
  internal,
}: FleetSize): readonly SubscriptionDescription[] {
  return Array.from({ length: subscriptions }, (_, at) => {
    const length = Math.floor(clusters / subscriptions) + (at < clusters % subscriptions ? 1 : 0);
    const id = `00000000-0000-0000-0000-${String(at + 1).padStart(12, '0')}`;
    return subscription(id, `Fleet ${at + 1}`, {
      length,
      at: (index) => (index >= 0 && index < length ? small(index, internal) : undefined),
    });
  });
}

const excluded = { 'node.kubernetes.io/exclude-from-external-load-balancers': 'true' };

function small(index: number, internal = false): ClusterDescription {
  const faulty = index % 10 === 9;
  const inbound = faulty ? { inbound: { pools: ['system', 'user'] } } : {};
  const pods = [...nodesOfPool('user', 2), 'spare-0'];
  return cluster(`aks-${String(index).padStart(4, '0')}`, {
    pools: [
      systemPool(),
      pool('user', { count: 2 }),
      pool('spare', { count: 1, labels: faulty ? excluded : {} }),
    ],
    loadBalancers: [
      loadBalancer(inbound),
      ...(internal ? [loadBalancer({ ...inbound, internal })] : []),
    ],
    services: [service('app/web'), ...(internal ? [service('app/api', { internal })] : [])],
    workloads: [deployment('app/web', pods), ...(internal ? [deployment('app/api', pods)] : [])],
  });
}
