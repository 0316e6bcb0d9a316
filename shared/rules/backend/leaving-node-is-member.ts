import {
  compacted,
  listed,
  percent,
  poolNameOf,
  subjectText,
  valueOr,
  type Node,
} from '../../model/index.ts';
import { kubectl } from '../../fixes/commands.ts';
import { hasAutoscalerTaint } from '../../load-balancing/index.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { distinct, named, quoted } from '../../fixes/text.ts';
import { useSharedProbe } from '../../fixes/cluster-fixes.ts';
import { traffic, type ServiceTraffic } from '../../traffic/index.ts';
import { poolText } from '../../facts/inbound-pools.ts';
import { membersAmong, membership } from '../../facts/membership.ts';
import { reconcileUser } from '../../fixes/pool-fixes.ts';
import { safeReconcile } from '../../fixes/safe-reconcile.ts';

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
    ({ service, share }) => `${percent(share)} of new connections to ${service}`,
  );
  return ` ${listed(parts)} enter through this node and break when it is deleted. This recurs with every scale-down.`;
}

/** Where taking it out now would cost a Service its traffic. */
function lookAtNode({ name }: Node): Fix {
  return {
    title: 'Move the pods before the node is deleted',
    steps: [kubectl(`get pods -A -o wide --field-selector spec.nodeName=${quoted(name)}`)],
    price: ['none (read-only); a reconcile now would cut off Services whose pods run there'],
  };
}

/** Finds nodes on their way out that still stand in a backend pool: expected for a while, until the next update. */
export const leavingNodeIsMember = defineRule(
  {
    id: 'backend/leaving-node-is-member',
    title: 'Node that is being removed is still in a backend pool',
    why: 'The node receives new connections until the next pool update or until its probe fails; the autoscaler’s taint does not trigger an update.',
    remedy: 'Usually nothing; any change to a Service removes the node immediately.',
    severity: 'info',
    source: 'Kubernetes: service controller, KEP-3458 and KEP-3836',
  },
  { needs: ['nodes', membership], helps: [traffic], fixes: [safeReconcile] },
  ({ nodes, membership: members, traffic: shares, safeReconcile: isSafe, cluster }) => {
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
          title: `Node ${node.name} is being removed but still in ${named('pool', names)}`,
          message: `${node.name} ${node.deleting ? 'is being deleted' : 'is about to be deleted by the cluster autoscaler'} and is still a member of ${named('pool', names)}. ${node.deleting ? 'Deleting the node triggers the next update.' : 'The autoscaler’s taint does not trigger an update: the node stays until the pool is updated for another reason, the node is deleted, or its probe fails.'}${enteringText(entering)} A shared health probe (clusterServiceLoadBalancerHealthProbeMode Shared) drops it at once.`,
          causes: [node.deleting ? 'being-deleted' : 'autoscaler-taint'],
          evidence: {
            nodePool: poolNameOf(node) ?? 'none',
            pools: names,
            ...(first !== undefined && {
              services: entering.map(({ service, share }) => ({ service, share })),
            }),
          },
          fixes: compacted([
            ...(isSafe(pools)
              ? [
                  reconcileUser(pools, 'Remove it now (trigger a reconcile)', [
                    'one extra reconcile; the next regular one removes it anyway',
                  ]),
                ]
              : [lookAtNode(node)]),
            first !== undefined && useSharedProbe(cluster),
          ]),
        };
      }),
      unknown: unjudged,
    };
  },
);
