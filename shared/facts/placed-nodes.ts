import { isVirtualNode, poolNameOf, type Node } from '../model/index.ts';
import {
  aksClusterName,
  excludeLabelKey,
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
  nodes.filter(isCandidate),
);

function isCandidate(node: Node): boolean {
  return (
    serviceControllerExcludes(node) === undefined && !isControlPlane(node) && !isVirtualNode(node)
  );
}

/** The configurations of the nodes once `creating` exists, and once nodes have lost the exclude label. */
export type NodePlacer = (creating?: string, unlabelled?: ReadonlySet<string>) => NodePlacement;

/**
 * Which configuration each node belongs to, given where the shared pools have it now; `creating` is
 * a configuration whose load balancer is thought to exist, if it does not.
 */
export const nodePlacer = derived(
  'nodePlacer',
  [candidateNodes, 'nodes', 'loadBalancerConfigurations', 'loadBalancers'],
  ({
    candidateNodes: candidates,
    nodes: all,
    loadBalancerConfigurations: configurations,
    loadBalancers,
  }): NodePlacer =>
    (creating, unlabelled) => {
      const nodes =
        unlabelled === undefined
          ? candidates
          : all.map((node) => withoutLabel(node, unlabelled)).filter(isCandidate);
      return placeNodes({
        configurations,
        nodes,
        setOf: primarySetOf,
        loadBalancers,
        creating,
        remembered: rememberedFromPools(configurations, loadBalancers, nodes, aksClusterName),
      });
    },
);

/** The node, and without the exclude label if it is one of these. */
export function withoutLabel(node: Node, unlabelled: ReadonlySet<string>): Node {
  if (!unlabelled.has(node.name)) return node;
  const labels = new Map(node.labels);
  labels.delete(excludeLabelKey);
  return { ...node, labels };
}

/** What a configuration's primary node pool is compared with: machines of their own are in no set. */
export function primarySetOf(node: Node): string | undefined {
  return machineIdOf(node.providerId)?.kind === 'virtual-machine' ? undefined : poolNameOf(node);
}
