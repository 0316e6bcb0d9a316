import { isVirtualNode, poolNameOf, type Node } from '../model/index.ts';
import {
  aksClusterName,
  isControlPlane,
  machineIdOf,
  placeNodes,
  rememberedFromPools,
  serviceControllerExcludes,
  type NodePlacement,
} from '../load-balancing/index.ts';
import { derived } from './derived.ts';

/** Nodes that may be on a load balancer: those that the service controller hands over and that have a machine. */
export const candidateNodes = derived('candidateNodes', ['nodes'], ({ nodes }): readonly Node[] =>
  nodes.filter(
    (node) =>
      serviceControllerExcludes(node) === undefined &&
      !isControlPlane(node) &&
      !isVirtualNode(node),
  ),
);

/** The configurations of the nodes once `creating` exists. */
export type NodePlacer = (creating?: string) => NodePlacement;

/**
 * Which configuration each node belongs to, given where the shared pools have it now; `creating` is
 * a configuration whose load balancer is thought to exist, if it does not.
 */
export const nodePlacer = derived(
  'nodePlacer',
  [candidateNodes, 'loadBalancerConfigurations', 'loadBalancers'],
  ({
    candidateNodes: nodes,
    loadBalancerConfigurations: configurations,
    loadBalancers,
  }): NodePlacer =>
    (creating) =>
      placeNodes({
        configurations,
        nodes,
        setOf: primarySetOf,
        loadBalancers,
        creating,
        remembered: rememberedFromPools(configurations, loadBalancers, nodes, aksClusterName),
      }),
);

/** What a configuration's primary node pool is compared with: machines of their own are in no set. */
export function primarySetOf(node: Node): string | undefined {
  return machineIdOf(node.providerId)?.kind === 'virtual-machine' ? undefined : poolNameOf(node);
}
