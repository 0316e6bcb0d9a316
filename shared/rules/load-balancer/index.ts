import type { Rule } from '../rule.ts';
import { availabilitySetRetired } from './availability-set-retired.ts';
import { basicSkuRetired } from './basic-sku-retired.ts';
import { leftoverRule } from './leftover-rule.ts';
import { modeAnnotationIgnored } from './mode-annotation-ignored.ts';
import { modeAnnotationUnknownSet } from './mode-annotation-unknown-set.ts';
import { platformFault } from './platform-fault.ts';
import { skuMismatch } from './sku-mismatch.ts';

export const loadBalancerRules: readonly Rule[] = [
  availabilitySetRetired,
  basicSkuRetired,
  leftoverRule,
  modeAnnotationIgnored,
  modeAnnotationUnknownSet,
  platformFault,
  skuMismatch,
];
