import type { LoadBalancer } from '../model/index.ts';
import { aksClusterName, baseName, vmSetOfLoadBalancer } from './names.ts';
import { memberVmSet } from './pool-members.ts';
import type { ClusterTopology } from './topology.ts';

/**
 * Basic: the VM set whose nodes a load balancer takes, lower-cased. The one it is named after, else
 * the one its members belong to; an empty load balancer of the cluster's name takes the primary set,
 * that of the first system pool.
 */
export function lbVmSet(topology: ClusterTopology, loadBalancer: LoadBalancer): string | undefined {
  const known = lbVmSets.get(topology) ?? new Map<LoadBalancer, string | undefined>();
  lbVmSets.set(topology, known);
  if (known.has(loadBalancer)) return known.get(loadBalancer);
  const name = baseName(loadBalancer.name).toLowerCase();
  const sets = new Set(
    topology.inputs.nodes.flatMap((node) => {
      const set = topology.vmSetOf(node);
      return set.kind === 'set' ? [set.name] : [];
    }),
  );
  const result = sets.has(name)
    ? name
    : (memberVmSet(topology, loadBalancer) ??
      vmSetOfLoadBalancer(loadBalancer.name, aksClusterName, primaryVmSet(topology)));
  known.set(loadBalancer, result);
  return result;
}

const lbVmSets = new WeakMap<ClusterTopology, Map<LoadBalancer, string | undefined>>();

/** The VM set of the first system pool: AKS's primary set as far as is known (unverified). */
function primaryVmSet(topology: ClusterTopology): string | undefined {
  const cluster = topology.inputs.managedCluster;
  if (cluster.kind === 'unread') return undefined;
  const system = cluster.value.nodePools.find((pool) => pool.mode === 'system');
  for (const node of topology.inputs.nodes) {
    const set = topology.vmSetOf(node);
    if (set.kind === 'set' && topology.poolOf(node) === system?.name) return set.name;
  }
  return undefined;
}
