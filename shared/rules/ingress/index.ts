import type { Rule } from '../rule.ts';
import { backendMissing } from './backend-missing.ts';
import { conflictingRoutes } from './conflicting-routes.ts';
import { nginxRetired } from './nginx-retired.ts';
import { noReadyBackend } from './no-ready-backend.ts';
import { referenceNotPermitted } from './reference-not-permitted.ts';
import { singleNodeGateway } from './single-node-gateway.ts';
import { unevenZone } from './uneven-zone.ts';
import { unserved } from './unserved.ts';

export const ingressRules: readonly Rule[] = [
  backendMissing,
  conflictingRoutes,
  nginxRetired,
  noReadyBackend,
  referenceNotPermitted,
  singleNodeGateway,
  unevenZone,
  unserved,
];
