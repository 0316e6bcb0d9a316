import type { Rule } from '../rule.ts';
import { eligibleNodeMissing } from './eligible-node-missing.ts';

export const backendRules: readonly Rule[] = [eligibleNodeMissing];
