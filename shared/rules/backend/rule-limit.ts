import { az, clusterArguments, kubectl } from '../../fixes/commands.ts';
import { rulesOfNics, type ClusterTopology, type NicRules } from '../../load-balancing/index.ts';
import { compacted, percent, type LoadBalancer } from '../../model/index.ts';
import { clusterView, type Cluster } from '../../facts/index.ts';
import { defineRule, judgeEach, type Fault, type Fix } from '../rule.ts';

/** Azure's limits; the cloud provider's own for Basic is the same. */
const rulesPerNic = 300;
const rulesPerLoadBalancer: Readonly<Record<string, number>> = { basic: 250, standard: 1500 };
const near = 0.8;

/** Finds load balancers whose rules come near what Azure allows, in all or for one NIC. */
export const ruleLimit = defineRule(
  {
    id: 'backend/rule-limit',
    title: 'Load balancer is close to an Azure limit for rules',
    why: 'Every Service port is a rule on every backend; at the limit, new Services and ports fail.',
    remedy: 'Put Services behind one ingress, or use multiple load balancers.',
    severity: 'medium',
    source: 'Azure: load balancer limits',
  },
  { needs: ['nodes', 'loadBalancers', clusterView] },
  ({ loadBalancers, clusterView: { topology }, cluster }) => {
    const busiest = busiestNics(loadBalancers, topology);
    return judgeEach(loadBalancers, (loadBalancer) => {
      const { sku, name, unreadableRules = [] } = loadBalancer;
      const limit = rulesPerLoadBalancer[sku];
      if (limit === undefined)
        return { subject: loadBalancer, why: `the limit for SKU ${sku} is not known` };
      const total = countOf(loadBalancer);
      const nic = busiest.get(loadBalancer);
      if (total >= near * limit || nic !== undefined)
        return faultOf(name, { total, limit, nic }, cluster);
      return unreadableRules.includes('')
        ? { subject: loadBalancer, why: 'its rules could not be read' }
        : undefined;
    });
  },
);

/** Rules and inbound NAT rules together; one that could not be read is one all the same. */
function countOf({ rules, inboundNatRuleCount, unreadableRules = [] }: LoadBalancer): number {
  return rules.length + inboundNatRuleCount + unreadableRules.filter((name) => name !== '').length;
}

interface BusyNic extends NicRules {
  /** Of this load balancer. */
  readonly own: number;
}

/** Of the NICs near their limit the busiest, on the load balancer that gives it most of its rules. */
function busiestNics(
  loadBalancers: readonly LoadBalancer[],
  topology: ClusterTopology,
): ReadonlyMap<LoadBalancer, BusyNic> {
  const busiest = new Map<LoadBalancer, BusyNic>();
  for (const nic of rulesOfNics(loadBalancers, topology)) {
    const [main] = [...nic.by].toSorted(([, a], [, b]) => b - a);
    if (main === undefined || nic.rules < near * rulesPerNic) continue;
    const [loadBalancer, own] = main;
    if ((busiest.get(loadBalancer)?.rules ?? 0) < nic.rules)
      busiest.set(loadBalancer, { ...nic, own });
  }
  return busiest;
}

interface Use {
  readonly total: number;
  readonly limit: number;
  readonly nic: BusyNic | undefined;
}

function faultOf(name: string, { total, limit, nic }: Use, cluster: Cluster): Fault {
  const ofAll = total >= near * limit;
  const parts = compacted([
    ofAll && `${total} of ${limit} rules (${percent(total / limit)}) are in use`,
    nic !== undefined &&
      `NIC ${nic.name} has ${nic.rules} of ${rulesPerNic} rules${nic.own < nic.rules ? `, ${nic.own} of them from this load balancer` : ''}`,
  ]);
  const used = Math.max(ofAll ? total / limit : 0, (nic?.rules ?? 0) / rulesPerNic);
  return {
    subject: { kind: 'LoadBalancer', name },
    title: `Load balancer ${name} uses ${percent(used)} of its rule limit`,
    message: `On ${name} ${parts.join(', and ')}. Every port of every LoadBalancer Service is one rule per IP family and counts on every backend; at the limit Azure rejects the update, and the Service that needs the new rule is no longer reconciled.`,
    causes: compacted([ofAll && 'load-balancer-limit', nic !== undefined && 'nic-limit']),
    evidence: {
      rules: total,
      limit,
      ...(nic !== undefined && { nicRules: nic.rules, nicLimit: rulesPerNic, node: nic.name }),
    },
    fixes: fixesFor(cluster),
  };
}

function fixesFor(cluster: Cluster): readonly Fix[] {
  return [
    {
      title: 'Put HTTP Services behind one ingress or gateway (one rule per port for all of them)',
      steps: [kubectl('get services -A --field-selector spec.type=LoadBalancer')],
      price: ['the moved Services get another address', 'the ingress adds a hop'],
    },
    {
      title: 'Distribute the Services over multiple Standard load balancers',
      steps: [
        az(
          `aks loadbalancer add ${clusterArguments(cluster, '--cluster-name')} --name NAME --primary-agent-pool-name NODE_POOL`,
        ),
      ],
      price: [
        'preview feature; requires IP-based pools',
        'connections break while nodes move to the new load balancer',
      ],
    },
  ];
}
