import { baseName } from '../../load-balancing/index.ts';
import {
  sameName,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancer,
  type LoadBalancerConfiguration,
} from '../../model/index.ts';
import { poolNameOf } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { counted } from '../text.ts';
import { configurationStep } from './configuration-fixes.ts';

/** Finds configurations of which no load balancer exists yet: their nodes serve others meanwhile. */
export const configurationNotLive = defineRule(
  {
    id: 'multi-lb/configuration-not-live',
    title: 'A load balancer configuration has no load balancer yet',
    why: 'Its nodes are backends elsewhere; with the first Service they move to the new load balancer, and connections through them break.',
    remedy: 'Know it before the first Service is placed there, or delete the configuration.',
    severity: 'info',
    source: "Azure's cloud provider: multiple Standard load balancers",
  },
  ['loadBalancerConfigurations', 'loadBalancers'],
  ({ loadBalancerConfigurations, loadBalancers }, { snapshot }) => ({
    faults: loadBalancerConfigurations
      .filter((configuration) => !isLive(configuration, loadBalancers))
      .map((configuration) => faultOf(configuration, snapshot)),
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
  snapshot: ClusterSnapshot,
): Fault {
  const nodes = valueOr(snapshot.nodes, []).filter((node) =>
    sameName(poolNameOf(node) ?? '', primaryNodePool),
  );
  const pool = primaryNodePool === '' ? 'no node pool' : `node pool ${primaryNodePool}`;
  return {
    subject: { kind: 'LoadBalancerConfiguration', name },
    title: `Configuration ${name} has no load balancer yet`,
    message: `Neither ${name} nor ${name}-internal exists. ${snapshot.nodes.kind === 'read' ? counted(nodes.length, 'node') : 'The nodes'} of ${pool}, which ${name} is for, ${nodes.length === 1 ? 'serves' : 'serve'} other load balancers meanwhile and will leave them when the first Service comes to ${name}${allowServicePlacement ? ', which is where the next one that fits is likely to go' : ''}; connections through them then break.`,
    causes: ['no-load-balancer'],
    evidence: {
      primaryNodePool: primaryNodePool === '' ? 'none' : primaryNodePool,
      allowServicePlacement,
      ...(snapshot.nodes.kind === 'read' && { nodes: nodes.length }),
    },
    fixes: [
      {
        title: 'Delete the configuration if nothing is to come there',
        steps: [configurationStep(snapshot, 'delete', name)],
        price: ['Services that name it alone fail from then on'],
      },
    ],
  };
}
