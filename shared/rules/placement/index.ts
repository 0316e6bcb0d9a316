import type { Rule } from '../rule.ts';
import { daemonsetMissingNodes } from './daemonset-missing-nodes.ts';
import { mayLandOutsideBackends } from './may-land-outside-backends.ts';
import { spreadNotEnforced } from './spread-not-enforced.ts';
import { systemPoolNotIsolated } from './system-pool-not-isolated.ts';
import { unknownNodeLabel } from './unknown-node-label.ts';
import { unschedulable } from './unschedulable.ts';
import { untoleratedTaint } from './untolerated-taint.ts';
import { userPodsOnSystemPool } from './user-pods-on-system-pool.ts';

export const placementRules: readonly Rule[] = [
  daemonsetMissingNodes,
  mayLandOutsideBackends,
  spreadNotEnforced,
  systemPoolNotIsolated,
  unknownNodeLabel,
  unschedulable,
  untoleratedTaint,
  userPodsOnSystemPool,
];
