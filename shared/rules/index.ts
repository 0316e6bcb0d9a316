import { slicesOf } from '../facts/index.ts';
import type { SliceName } from '../model/index.ts';
import { backendRules } from './backend/index.ts';
import { ingressRules } from './ingress/index.ts';
import { loadBalancerRules } from './load-balancer/index.ts';
import { multiLbRules } from './multi-lb/index.ts';
import { networkRules } from './network/index.ts';
import { outboundRules } from './outbound/index.ts';
import { placementRules } from './placement/index.ts';
import type { Rule } from './rule.ts';
import { probeRules } from './probe/index.ts';
import { serviceRules } from './service/index.ts';
import { trafficRules } from './traffic/index.ts';

export { nearest } from '../model/index.ts';
export * from './rule.ts';

/** Every rule, by family and stem. */
export const allRules: readonly Rule[] = [
  ...backendRules,
  ...ingressRules,
  ...loadBalancerRules,
  ...multiLbRules,
  ...networkRules,
  ...outboundRules,
  ...placementRules,
  ...probeRules,
  ...serviceRules,
  ...trafficRules,
];

/** The slices that each rule rests on, by rule: without `needs` it does not run. */
export const ruleSlices: ReadonlyMap<
  string,
  { readonly needs: readonly SliceName[]; readonly all: readonly SliceName[] }
> = new Map(
  allRules.map(({ meta, needs, slices }) => [meta.id, { needs: slicesOf(needs), all: slices }]),
);
