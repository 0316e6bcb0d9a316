import { baseName } from '../../load-balancing/index.ts';
import {
  sameName,
  valueOr,
  type LoadBalancer,
  type LoadBalancerConfiguration,
  type Node,
  type Read,
} from '../../model/index.ts';
import { poolNameOf } from '../../placement/index.ts';
import type { Cluster } from '../../facts/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { counted } from '../../fixes/text.ts';
import { configurationStep } from '../../fixes/configuration-fixes.ts';

/** Finds configurations of which no load balancer exists yet: their nodes serve others meanwhile. */
export const configurationNotLive = defineRule(
  {
    id: 'multi-lb/configuration-not-live',
    title: 'Load balancer configuration has no load balancer yet',
    why: 'Its nodes are backends elsewhere; with the first Service they move to the new load balancer, and connections through them break.',
    remedy: 'Know it before the first Service is placed there, or delete the configuration.',
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
    message: `Neither ${name} nor ${name}-internal exists. ${whoMoves(primaryNodePool, count)}${allowServicePlacement ? ` A Service that may be on ${name} is likely to go there, since a load balancer that does not exist yet is preferred to one with rules.` : ''}`,
    causes: ['no-load-balancer'],
    evidence: {
      primaryNodePool: primaryNodePool === '' ? 'none' : primaryNodePool,
      allowServicePlacement,
      ...(count !== undefined && { nodes: count }),
    },
    fixes: [
      {
        title: 'Delete the configuration if nothing is to come there',
        steps: [configurationStep(cluster, 'delete', name)],
        price: ['Services that name it alone fail from then on'],
      },
    ],
  };
}

function whoMoves(pool: string, nodes: number | undefined): string {
  if (pool === '') return 'It has no primary node pool.';
  if (nodes === 0) return `Its primary node pool ${pool} has no node.`;
  const which = nodes === undefined ? 'The nodes' : `The ${counted(nodes, 'node')}`;
  const several = nodes !== 1;
  return `${which} of its primary node pool ${pool} ${several ? 'are backends' : 'is a backend'} of other load balancers meanwhile, and ${several ? 'leave' : 'leaves'} them when the first Service comes: connections through ${several ? 'them' : 'it'} then break.`;
}
