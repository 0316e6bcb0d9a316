import { nodeEligibility } from '../../load-balancing/index.ts';
import type { Node } from '../../model/index.ts';
import { viewOf } from '../../traffic/index.ts';
import { severalLoadBalancers } from '../cluster-sku.ts';
import { defineRule } from '../define-rule.ts';
import type { Fault } from '../rule.ts';
import { distinct, listed, quoted } from '../text.ts';
import { inboundPools } from './inbound-pools.ts';

/**
 * Finds Ready nodes that Azure's cloud provider would put into a backend pool and that are in none
 * of the pools they belong to. Several Standard load balancers have a rule of their own.
 */
export const eligibleNodeMissing = defineRule(
  {
    id: 'backend/eligible-node-missing',
    title: 'A node that may be a backend is in no backend pool',
    why: 'Under Local its pods get no new connections; under Cluster one way in is missing.',
    remedy: 'Make the cloud provider reconcile a Service, and look for a failed update, VM or NIC.',
    severity: 'medium',
    source: 'load-balancing.md §3.1, §3.2, fault 10',
  },
  ['nodes', 'loadBalancers'],
  ({ nodes, loadBalancers }, { snapshot }) => {
    if (severalLoadBalancers(snapshot)) return { faults: [] };
    const view = viewOf(snapshot);
    const { topology } = view;
    const pools = inboundPools(loadBalancers).map(({ loadBalancer, pool }) => {
      const read = view.members(pool);
      return {
        loadBalancer,
        pool,
        unknown: read.unknown,
        nodes: new Set(read.nodes.map((each) => each.node.name)),
      };
    });
    const unknown = distinct(pools.flatMap((each) => each.unknown));
    if (unknown.length > 0) return { faults: [], unknown };
    const undecided = new Set<string>();
    const faults = nodes.flatMap((node: Node): readonly Fault[] => {
      if (node.ready !== 'true' || pools.some((each) => each.nodes.has(node.name))) return [];
      const own = pools.filter(({ loadBalancer, pool }) => {
        const { answer } = nodeEligibility(node, {
          loadBalancer,
          pool,
          topology,
          managedCluster: snapshot.managedCluster,
        });
        if (answer === 'unknown')
          undecided.add(`${node.name}: whether it may be a backend could not be decided`);
        return answer === 'yes';
      });
      if (own.length === 0) return [];
      const names = distinct(
        own.map(({ loadBalancer, pool }) => `${loadBalancer.name}/${pool.name}`),
      );
      return [
        {
          subject: { kind: 'Node', name: node.name },
          title: `Node ${node.name} is in no backend pool`,
          message: `The node is Ready and nothing that could be read keeps it out, yet ${listed(names)} ${names.length === 1 ? 'does' : 'do'} not hold it. Its pods get no new connections from Services with Local. A pool update that failed or is still to come, a stopped VM or a failed NIC are the usual causes.`,
          causes: ['node-missing-from-pool'],
          evidence: { nodePool: topology.poolOf(node) ?? 'none', pools: names },
          fixes: [
            {
              title: 'Look for failed updates and touch a Service',
              steps: [
                {
                  tool: 'kubectl',
                  text: `kubectl get events -A --field-selector type=Warning,involvedObject.kind=Service`,
                },
                { tool: 'kubectl', text: `kubectl describe node ${quoted(node.name)}` },
              ],
              price: ['none: it only reads; any change of a Service then starts a new reconcile'],
            },
          ],
        },
      ];
    });
    return { faults, unknown: [...undecided] };
  },
);
