import {
  counted,
  poolNameOf,
  sameName,
  valueOr,
  type LoadBalancer,
  type LoadBalancerConfiguration,
  type Node,
  type Read,
} from '../../model/index.ts';
import { baseName } from '../../load-balancing/index.ts';
import type { Cluster } from '../../facts/index.ts';
import { defineRule, type Fault } from '../rule.ts';
import { configurationStep } from '../../fixes/configuration-fixes.ts';

/** Finds configurations of which no load balancer exists yet: their nodes serve others meanwhile. */
export const configurationNotLive = defineRule(
  {
    id: 'multi-lb/configuration-not-live',
    title: 'Load balancer configuration has no load balancer yet',
    why: 'Its nodes are backends of other load balancers; with the first Service they move to the new one, and connections through them break.',
    remedy: 'Plan for the node move before placing the first Service, or delete the configuration.',
    severity: 'info',
    source: "Azure's cloud provider: multiple Standard load balancers",
  },
  { needs: ['loadBalancerConfigurations', 'loadBalancers'], helps: ['nodes'] },
  ({ loadBalancerConfigurations, loadBalancers, nodes, cluster }) => ({
    faults: loadBalancerConfigurations
      .filter((configuration) => !isLive(configuration, loadBalancers))
      .map((configuration) => faultOf(configuration, nodes, cluster)),
  }),
);

/** The internal twin counts as well. */
function isLive(
  { name }: LoadBalancerConfiguration,
  loadBalancers: readonly LoadBalancer[],
): boolean {
  return loadBalancers.some((each) => sameName(baseName(each.name), name));
}

function faultOf(
  { name, primaryNodePool = '', allowServicePlacement }: LoadBalancerConfiguration,
  nodes: Read<readonly Node[]>,
  cluster: Cluster,
): Fault {
  const own = valueOr(nodes, []).filter((node) =>
    sameName(poolNameOf(node) ?? '', primaryNodePool),
  );
  const count = nodes.kind === 'read' ? own.length : undefined;
  return {
    subject: { kind: 'LoadBalancerConfiguration', name },
    title: `Configuration ${name} has no load balancer yet`,
    message: `Neither ${name} nor ${name}-internal exists. ${whoMoves(primaryNodePool, count)}${allowServicePlacement ? ` A Service that is eligible for ${name} is likely to be placed there, because the cloud provider prefers a load balancer without rules.` : ''}`,
    causes: ['no-load-balancer'],
    evidence: {
      primaryNodePool: primaryNodePool === '' ? 'none' : primaryNodePool,
      allowServicePlacement,
      ...(count !== undefined && { nodes: count }),
    },
    fixes: [
      {
        title: 'Delete the configuration if it is not needed',
        steps: [configurationStep(cluster, 'delete', name)],
        price: ['Services that select only this configuration fail from then on'],
      },
    ],
  };
}

function whoMoves(pool: string, nodes: number | undefined): string {
  if (pool === '') return 'It has no primary node pool.';
  if (nodes === 0) return `Its primary node pool ${pool} has no nodes.`;
  const which = nodes === undefined ? 'The nodes' : `The ${counted(nodes, 'node')}`;
  const several = nodes !== 1;
  return `${which} of its primary node pool ${pool} ${several ? 'are backends' : 'is a backend'} of other load balancers until the first Service is placed on it; then ${several ? 'they move' : 'it moves'}, and connections through ${several ? 'them' : 'it'} break.`;
}
