import { hasAutoscalerTaint } from '../../load-balancing/index.ts';
import { poolNameOf } from '../../placement/index.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { distinct, listed, named, percent } from '../../fixes/text.ts';
import { useSharedProbe } from '../../fixes/cluster-fixes.ts';
import { subjectText, valueOr } from '../../model/index.ts';
import { traffic, type ServiceTraffic } from '../../traffic/index.ts';
import { poolText } from '../../facts/inbound-pools.ts';
import { membersAmong, membership } from '../../facts/membership.ts';
import { reconcileUser } from '../../fixes/pool-fixes.ts';

interface Entering {
  readonly service: string;
  /** Part of its new connections that comes in at the node. */
  readonly share: number;
}

/** Services with Cluster that take connections through a node, those with the largest part first. */
function enteringAt(name: string, services: readonly ServiceTraffic[]): readonly Entering[] {
  return services
    .filter(({ externalTrafficPolicy }) => externalTrafficPolicy === 'Cluster')
    .flatMap((service) => {
      const shares = service.ports.flatMap(({ backends }) =>
        backends.flatMap(({ node, up, share }) => (node === name && up ? [share] : [])),
      );
      return shares.length === 0
        ? []
        : [{ service: subjectText(service), share: Math.max(...shares) }];
    })
    .toSorted((a, b) => b.share - a.share);
}

function enteringText(entering: readonly Entering[]): string {
  if (entering.length === 0) return '';
  const parts = entering.map(
    ({ service, share }) => `${percent(share)} of the new connections to ${service}`,
  );
  return ` ${listed(parts)} ${entering.length === 1 ? 'comes' : 'come'} in there, and ${entering.length === 1 ? 'breaks' : 'break'} when the node goes. This returns with every scale-down.`;
}

/** Finds nodes on their way out that still stand in a backend pool: expected for a while, until the next update. */
export const leavingNodeIsMember = defineRule(
  {
    id: 'backend/leaving-node-is-member',
    title: 'A node on its way out is still a backend',
    why: 'New connections go on arriving there until the next pool update or until its probe fails; the autoscaler’s taint alone starts no update.',
    remedy: 'Nothing, usually; any change of a Service takes the node out at once.',
    severity: 'info',
    source: 'Kubernetes: service controller, KEP-3458 and KEP-3836',
  },
  { needs: ['nodes', membership], helps: [traffic] },
  ({ nodes, membership: members, traffic: shares, cluster }) => {
    const { found, unjudged } = membersAmong(
      members,
      nodes.filter((node) => node.deleting || hasAutoscalerTaint(node)),
    );
    return {
      faults: found.map(({ node, pools }): Fault => {
        const names = distinct(pools.map(poolText));
        const entering = enteringAt(node.name, valueOr(shares, []));
        const [first] = entering;
        return {
          subject: { kind: 'Node', name: node.name },
          ...(first !== undefined && { severity: 'low' }),
          title: `Node ${node.name} is on its way out and still a backend`,
          message: `${node.name} ${node.deleting ? 'is being deleted' : 'is about to be deleted by the cluster autoscaler'} and is still a member of ${named('pool', names)}. ${node.deleting ? 'The deletion of the node brings the next update.' : 'The taint of the autoscaler starts no update: the node leaves when the pool is updated for another reason, when it is deleted, or when its probe fails.'}${enteringText(entering)} A shared health probe (clusterServiceLoadBalancerHealthProbeMode Shared) drops it at once.`,
          causes: [node.deleting ? 'being-deleted' : 'autoscaler-taint'],
          evidence: {
            nodePool: poolNameOf(node) ?? 'none',
            pools: names,
            ...(first !== undefined && {
              services: entering.map(({ service, share }) => ({ service, share })),
            }),
          },
          fixes: [
            reconcileUser(pools, 'Take it out at once, by touching a Service', [
              'none beyond one more reconcile; by itself it leaves with the next one',
            ]),
            ...(first === undefined ? [] : [useSharedProbe(cluster)]),
          ],
        };
      }),
      unknown: unjudged,
    };
  },
);
