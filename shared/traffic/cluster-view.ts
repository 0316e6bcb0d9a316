import {
  clusterTopology,
  hasAutoscalerTaint,
  poolMembers,
  type ClusterTopology,
  type PoolMembers,
} from '../load-balancing/index.ts';
import {
  valueOr,
  type BackendPool,
  type ClusterSnapshot,
  type Node,
  type NodeName,
  type Workload,
} from '../model/index.ts';
import { daemonSetOn, isTransientTaint, isVirtualNode } from '../placement/index.ts';

/** What the share model asks of a node, worked out once. */
export interface NodeState {
  readonly node: Node;
  readonly nodePool: string | undefined;
  readonly ready: boolean;
  readonly kubeProxy: boolean;
  /** kube-proxy's own health port answers 503: being deleted, or about to be by the autoscaler. */
  readonly leaving: boolean;
}

/** One cluster's joins, built once per snapshot and shared by every Service, rule and proposed change. */
export interface ClusterView {
  readonly topology: ClusterTopology;
  readonly nodes: ReadonlyMap<NodeName, NodeState>;
  members(pool: BackendPool): PoolMembers;
}

const views = new WeakMap<ClusterSnapshot, ClusterView>();

/** The view of a snapshot; the same object for the same snapshot. Nodes that were not read count as none: ask the slice first. */
export function viewOf(snapshot: ClusterSnapshot): ClusterView {
  const known = views.get(snapshot);
  if (known !== undefined) return known;
  const view = buildView(snapshot);
  views.set(snapshot, view);
  return view;
}

function buildView(snapshot: ClusterSnapshot): ClusterView {
  const nodes = valueOr(snapshot.nodes, []);
  const topology = clusterTopology({
    nodes,
    networkInterfaces: snapshot.networkInterfaces,
    virtualMachines: snapshot.virtualMachines,
    managedCluster: snapshot.managedCluster,
    loadBalancers: snapshot.loadBalancers,
  });
  const proxy = valueOr(snapshot.daemonSets, []).find(isKubeProxy);
  const members = new WeakMap<BackendPool, PoolMembers>();
  return {
    topology,
    nodes: new Map(
      nodes.map((node) => [
        node.name,
        {
          node,
          nodePool: topology.poolOf(node),
          ready: node.ready === 'true',
          kubeProxy: runsKubeProxy(node, proxy),
          leaving: node.deleting || hasAutoscalerTaint(node),
        },
      ]),
    ),
    members(pool) {
      const known = members.get(pool) ?? poolMembers(topology, pool);
      members.set(pool, known);
      return known;
    },
  };
}

export function isKubeProxy(workload: Workload): boolean {
  return (
    workload.kind === 'DaemonSet' &&
    workload.namespace === 'kube-system' &&
    workload.name === 'kube-proxy'
  );
}

/**
 * share-model.md 4. Transient taints are left out: a NoSchedule taint that comes and goes does not
 * take the running proxy away.
 */
function runsKubeProxy(node: Node, proxy: Workload | undefined): boolean {
  if (isVirtualNode(node)) return false;
  if (proxy === undefined) return true;
  const os = node.labels.get('kubernetes.io/os') ?? node.labels.get('beta.kubernetes.io/os');
  if (os?.toLowerCase() === 'windows') return true;
  const lasting = node.taints.filter((taint) => !isTransientTaint(taint));
  return daemonSetOn(proxy.podSpec, { ...node, taints: lasting }).shouldRun;
}
