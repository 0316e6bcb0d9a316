import {
  isVirtualNode,
  lacking,
  valueOr,
  type BackendPool,
  type ClusterSnapshot,
  type Node,
  type NodeName,
  type Reason,
  type Tristate,
  type Workload,
} from '../model/index.ts';
import {
  clusterTopology,
  hasAutoscalerTaint,
  poolMembers,
  type ClusterTopology,
  type PoolMembers,
} from '../load-balancing/index.ts';
import { daemonSetOn, isTransientTaint } from '../placement/index.ts';
import { derived } from './derived.ts';

/** What the share model asks of a node. */
export interface NodeState {
  readonly node: Node;
  readonly nodePool: string | undefined;
  readonly ready: boolean;
  /** `unknown` where the DaemonSets were not read and the node has a taint that could keep kube-proxy off. */
  readonly kubeProxy: Tristate;
  /** kube-proxy's own health port answers 503: being deleted, or about to be by the autoscaler. */
  readonly leaving: boolean;
}

/** How nodes, machines and pool entries of a cluster belong together. */
export interface ClusterView {
  readonly topology: ClusterTopology;
  readonly nodes: ReadonlyMap<NodeName, NodeState>;
  members(pool: BackendPool): PoolMembers;
  /** Where it is not known of some nodes whether kube-proxy runs there: why, and the view in which it does not. */
  readonly doubt?: Reason & { readonly without: ClusterView };
}

/** Nodes that were not read count as none here: what judges by nodes needs that slice itself. */
export const clusterView = derived(
  'clusterView',
  {
    needs: [],
    helps: [
      'nodes',
      'networkInterfaces',
      'virtualMachines',
      'managedCluster',
      'loadBalancers',
      'daemonSets',
    ],
  },
  ({
    nodes: readNodes,
    daemonSets,
    networkInterfaces,
    virtualMachines,
    managedCluster,
    loadBalancers,
  }): ClusterView => {
    const nodes = valueOr(readNodes, []);
    const topology = clusterTopology({
      nodes,
      networkInterfaces,
      virtualMachines,
      managedCluster,
      loadBalancers,
    });
    const proxy = daemonSets.kind === 'read' ? daemonSets.value.find(isKubeProxy) : undefined;
    const runsOn = (node: Node): Tristate =>
      daemonSets.kind === 'read' ? runsKubeProxy(node, proxy) : mayRunKubeProxy(node);
    const known = new WeakMap<BackendPool, PoolMembers>();
    const view: ClusterView = {
      topology,
      nodes: new Map(
        nodes.map((node) => [
          node.name,
          {
            node,
            nodePool: topology.poolOf(node),
            ready: node.ready === 'true',
            kubeProxy: runsOn(node),
            leaving: node.deleting || hasAutoscalerTaint(node),
          },
        ]),
      ),
      members(pool) {
        const before = known.get(pool) ?? poolMembers(topology, pool);
        known.set(pool, before);
        return before;
      },
    };
    const doubtful = [...view.nodes.values()].some(({ kubeProxy }) => kubeProxy === 'unknown');
    return daemonSets.kind === 'unread' && doubtful
      ? { ...view, doubt: { ...lacking('daemonSets', daemonSets), without: withoutDoubt(view) } }
      : view;
  },
);

/** The same cluster if kube-proxy ran on none of the nodes of which it is not known. */
function withoutDoubt(view: ClusterView): ClusterView {
  const nodes = new Map<NodeName, NodeState>();
  for (const [name, state] of view.nodes)
    nodes.set(name, state.kubeProxy === 'unknown' ? { ...state, kubeProxy: 'no' } : state);
  return { ...view, nodes };
}

/** The same of a whole snapshot: it is there whatever was read. */
export function clusterViewOf(snapshot: ClusterSnapshot): ClusterView {
  const view = clusterView.of(snapshot);
  if (view.kind === 'unread') throw new Error(view.why);
  return view.value;
}

/** Is it AKS’s own DaemonSet kube-proxy? */
export function isKubeProxy(workload: Workload): boolean {
  return (
    workload.kind === 'DaemonSet' &&
    workload.namespace === 'kube-system' &&
    workload.name === 'kube-proxy'
  );
}

/**
 * Transient taints are left out: a NoSchedule taint that comes and goes does not
 * take the running proxy away.
 */
function runsKubeProxy(node: Node, proxy: Workload | undefined): Tristate {
  if (isVirtualNode(node)) return 'no';
  if (proxy === undefined || isWindows(node)) return 'yes';
  const lasting = node.taints.filter((taint) => !isTransientTaint(taint));
  return daemonSetOn(proxy.podSpec, { ...node, taints: lasting }).shouldRun ? 'yes' : 'no';
}

/** The same where the DaemonSets were not read: only a hard taint could keep AKS's own kube-proxy off. */
function mayRunKubeProxy(node: Node): Tristate {
  if (isVirtualNode(node)) return 'no';
  if (isWindows(node)) return 'yes';
  const hard = node.taints.some(
    (taint) => taint.effect !== 'PreferNoSchedule' && !isTransientTaint(taint),
  );
  return hard ? 'unknown' : 'yes';
}

function isWindows({ labels }: Node): boolean {
  const os = labels.get('kubernetes.io/os') ?? labels.get('beta.kubernetes.io/os');
  return os?.toLowerCase() === 'windows';
}
