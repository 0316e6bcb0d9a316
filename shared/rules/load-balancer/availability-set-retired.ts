import { sameName } from '../../model/index.ts';
import { defineRule } from '../define-rule.ts';
import { migrateFromAvailabilitySets } from '../fixes.ts';
import type { Fault } from '../rule.ts';

/** Finds node pools in availability sets, out of support since 2025-09-30. */
export const availabilitySetRetired = defineRule(
  {
    id: 'load-balancer/availability-set-retired',
    title: 'A node pool is an availability set',
    why: 'AKS ended support for availability sets on 2025-09-30; they are what ties a Basic load balancer to one pool.',
    remedy: 'Migrate the pools to Virtual Machines node pools.',
    severity: 'high',
    source: 'aks.md §1.1',
  },
  ['managedCluster'],
  ({ managedCluster }, { snapshot }) => ({
    faults: managedCluster.nodePools
      .filter((pool) => sameName(pool.type ?? '', 'AvailabilitySet'))
      .map((pool): Fault => ({
        subject: { kind: 'NodePool', name: pool.name },
        title: `Node pool ${pool.name} is a retired availability set`,
        message: `AKS ended support for availability sets on 2025-09-30. Pool ${pool.name} still runs as one, without support.`,
        causes: ['availability-set'],
        evidence: { type: 'AvailabilitySet', mode: pool.mode ?? 'not given' },
        fixes: [migrateFromAvailabilitySets(snapshot)],
      })),
  }),
);
