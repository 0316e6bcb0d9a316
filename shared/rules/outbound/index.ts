import type { Rule } from '../rule.ts';
import { automaticPortsStep } from './automatic-ports-step.ts';
import { snatPortsExhausted } from './snat-ports-exhausted.ts';
import { snatPortsUsed } from './snat-ports-used.ts';

export const outboundRules: readonly Rule[] = [
  automaticPortsStep,
  snatPortsExhausted,
  snatPortsUsed,
];
