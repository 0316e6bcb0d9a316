import { lacking, valueOr } from '../../model/index.ts';
import { migrateFromBasic } from '../../fixes/cluster-fixes.ts';
import { unjudged } from '../../facts/index.ts';
import { defineRule, type Fault } from '../rule.ts';

/**
 * Finds Basic load balancers, out of support since 2025-09-30, and clusters that will make one. A
 * Standard load balancer in a cluster that still asks for Basic is another fault.
 */
export const basicSkuRetired = defineRule(
  {
    id: 'load-balancer/basic-sku-retired',
    title: 'Cluster uses a retired Basic load balancer',
    why: 'Basic has been unsupported since 2025-09-30 and supports only one VM set: with Local, pods on other node pools get no traffic.',
    remedy: 'Migrate the cluster to the Standard load balancer.',
    severity: 'high',
    source: 'AKS: Basic Load Balancer retirement (Azure/AKS#5020)',
  },
  { needs: ['loadBalancers'], helps: ['managedCluster'] },
  ({ loadBalancers, managedCluster, cluster }) => {
    if (loadBalancers.length === 0 && managedCluster.kind === 'unread')
      return {
        faults: [],
        unknown: unjudged([{ name: 'kubernetes' }], lacking('managedCluster', managedCluster)),
      };
    const profile = valueOr(managedCluster, undefined)?.loadBalancerSku;
    const planned = loadBalancers.length === 0 && profile === 'basic';
    const names = planned
      ? ['kubernetes']
      : loadBalancers.filter((each) => each.sku === 'basic').map((each) => each.name);
    return {
      faults: names.map((name): Fault => ({
        subject: { kind: 'LoadBalancer', name },
        title: planned
          ? 'Cluster is configured for the retired Basic load balancer SKU'
          : `Load balancer ${name} has the retired Basic SKU`,
        message: planned
          ? 'The cluster is configured for a Basic load balancer, which Azure stopped supporting on 2025-09-30; none exists yet.'
          : `Load balancer ${name} is unsupported: Azure ended support for Basic on 2025-09-30. It sends new connections to only one VM set.`,
        causes: [planned ? 'basic-profile' : 'basic-sku'],
        evidence: { sku: 'Basic', clusterProfile: profile ?? 'not read' },
        fixes: [migrateFromBasic(cluster, managedCluster)],
      })),
    };
  },
);
