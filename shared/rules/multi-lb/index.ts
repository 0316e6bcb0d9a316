import type { Rule } from '../rule.ts';
import { configurationNotLive } from './configuration-not-live.ts';
import { emptyPrimaryPool } from './empty-primary-pool.ts';
import { invalidConfiguration } from './invalid-configuration.ts';
import { localPoolDrift } from './local-pool-drift.ts';
import { localPoolNameClash } from './local-pool-name-clash.ts';
import { noEligibleLoadBalancer } from './no-eligible-load-balancer.ts';
import { nodeOnNoLoadBalancer } from './node-on-no-load-balancer.ts';
import { unknownConfiguration } from './unknown-configuration.ts';

export const multiLbRules: readonly Rule[] = [
  configurationNotLive,
  emptyPrimaryPool,
  invalidConfiguration,
  localPoolDrift,
  localPoolNameClash,
  noEligibleLoadBalancer,
  nodeOnNoLoadBalancer,
  unknownConfiguration,
];
