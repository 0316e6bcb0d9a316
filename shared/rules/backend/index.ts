import type { Rule } from '../rule.ts';
import { addressFamilyGap } from './address-family-gap.ts';
import { allNodesExcluded } from './all-nodes-excluded.ts';
import { eligibleNodeMissing } from './eligible-node-missing.ts';
import { excludeLabelFalse } from './exclude-label-false.ts';
import { excludedNodeIsMember } from './excluded-node-is-member.ts';
import { heldByOtherLoadBalancer } from './held-by-other-load-balancer.ts';
import { leavingNodeIsMember } from './leaving-node-is-member.ts';
import { mixedPool } from './mixed-pool.ts';
import { ruleLimit } from './rule-limit.ts';
import { staleMember } from './stale-member.ts';
import { unmanagedNodeInIpPool } from './unmanaged-node-in-ip-pool.ts';

export const backendRules: readonly Rule[] = [
  addressFamilyGap,
  allNodesExcluded,
  eligibleNodeMissing,
  excludeLabelFalse,
  excludedNodeIsMember,
  heldByOtherLoadBalancer,
  leavingNodeIsMember,
  mixedPool,
  ruleLimit,
  staleMember,
  unmanagedNodeInIpPool,
];
