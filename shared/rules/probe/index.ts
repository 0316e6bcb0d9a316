import type { Rule } from '../rule.ts';
import { closedPort } from './closed-port.ts';
import { disabled } from './disabled.ts';
import { drift } from './drift.ts';
import { httpRootPath } from './http-root-path.ts';
import { invalidSettings } from './invalid-settings.ts';
import { overridesLocalHealthCheck } from './overrides-local-health-check.ts';
import { proxyProtocolNeighbour } from './proxy-protocol-neighbour.ts';
import { unknownAppProtocol } from './unknown-app-protocol.ts';

export const probeRules: readonly Rule[] = [
  closedPort,
  disabled,
  drift,
  httpRootPath,
  invalidSettings,
  overridesLocalHealthCheck,
  proxyProtocolNeighbour,
  unknownAppProtocol,
];
