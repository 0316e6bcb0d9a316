import type { Rule } from '../rule.ts';
import { lostConnections } from './lost-connections.ts';
import { noReadyEndpoints } from './no-ready-endpoints.ts';
import { noTraffic } from './no-traffic.ts';
import { sourceIpHidden } from './source-ip-hidden.ts';
import { starvedEndpoints } from './starved-endpoints.ts';
import { unevenShare } from './uneven-share.ts';

export const trafficRules: readonly Rule[] = [
  lostConnections,
  noReadyEndpoints,
  noTraffic,
  sourceIpHidden,
  starvedEndpoints,
  unevenShare,
];
