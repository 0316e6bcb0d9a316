import { defineRule } from '../define-rule.ts';
import { migrateFromBasic } from '../fixes.ts';
import type { Fault } from '../rule.ts';

/** Finds Basic load balancers, out of support since 2025-09-30. */
export const basicSkuRetired = defineRule(
  {
    id: 'load-balancer/basic-sku-retired',
    title: 'The cluster still has a Basic load balancer',
    why: 'Basic is out of support since 2025-09-30, and takes one VM set only: pods on other node pools get nothing under Local.',
    remedy: 'Migrate the cluster to the Standard load balancer.',
    severity: 'high',
    source: 'load-balancing.md fault 5; aks.md §1.1',
  },
  ['loadBalancers'],
  ({ loadBalancers }, { snapshot }) => {
    const basic = loadBalancers.filter((each) => each.sku === 'basic').map((each) => each.name);
    const profile =
      snapshot.managedCluster.kind === 'read'
        ? snapshot.managedCluster.value.loadBalancerSku
        : undefined;
    const names = basic.length === 0 && profile === 'basic' ? ['kubernetes'] : basic;
    return {
      faults: names.map((name): Fault => ({
        subject: { kind: 'LoadBalancer', name },
        title: `Load balancer ${name} is of the retired SKU Basic`,
        message: `Azure ended support for Basic load balancers on 2025-09-30. ${basic.length === 0 ? 'The cluster asks for Basic; no load balancer exists yet.' : 'It still runs, without support, and brings new connections to one VM set only.'}`,
        causes: ['basic-sku'],
        evidence: { sku: 'Basic', clusterProfile: profile ?? 'not read' },
        fixes: [migrateFromBasic(snapshot)],
      })),
    };
  },
);
