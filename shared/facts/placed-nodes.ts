import {
  aksClusterName,
  isControlPlane,
  machineIdOf,
  placeNodes,
  rememberedFromPools,
  serviceControllerExcludes,
  type NodePlacement,
} from '../load-balancing/index.ts';
import { valueOr, type ClusterSnapshot, type Node } from '../model/index.ts';
import { isVirtualNode, poolNameOf } from '../placement/index.ts';

/** Nodes that may be on a load balancer: those that the service controller hands over and that have a machine. */
export function candidateNodes(snapshot: ClusterSnapshot): readonly Node[] {
  const known = candidates.get(snapshot);
  if (known !== undefined) return known;
  const nodes = valueOr(snapshot.nodes, []).filter(
    (node) =>
      serviceControllerExcludes(node) === undefined &&
      !isControlPlane(node) &&
      !isVirtualNode(node),
  );
  candidates.set(snapshot, nodes);
  return nodes;
}

const candidates = new WeakMap<ClusterSnapshot, readonly Node[]>();

/**
 * Which configuration each node belongs to, given where the shared pools have it now.
 * @param creating A configuration whose load balancer is thought to exist, if it does not.
 */
export function placedNodes(snapshot: ClusterSnapshot, creating?: string): NodePlacement {
  const configurations = valueOr(snapshot.loadBalancerConfigurations, []);
  const loadBalancers = valueOr(snapshot.loadBalancers, []);
  const nodes = candidateNodes(snapshot);
  return placeNodes({
    configurations,
    nodes,
    setOf: primarySetOf,
    loadBalancers,
    creating,
    remembered: rememberedFromPools(configurations, loadBalancers, nodes, aksClusterName),
  });
}

/** What a configuration's primary node pool is compared with: machines of their own are in no set. */
export function primarySetOf(node: Node): string | undefined {
  return machineIdOf(node.providerId)?.kind === 'virtual-machine' ? undefined : poolNameOf(node);
}
