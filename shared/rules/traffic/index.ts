import type { Rule } from '../rule.ts';
import { lostConnections } from './lost-connections.ts';
import { noReadyEndpoints } from './no-ready-endpoints.ts';
import { noTraffic } from './no-traffic.ts';
import { probeDisagrees } from './probe-disagrees.ts';
import { singleBackend } from './single-backend.ts';
import { sourceIpHidden } from './source-ip-hidden.ts';
import { starvedEndpoints } from './starved-endpoints.ts';
import { stickySource } from './sticky-source.ts';
import { unevenShare } from './uneven-share.ts';
import { unreadyPublished } from './unready-published.ts';

export const trafficRules: readonly Rule[] = [
  lostConnections,
  noReadyEndpoints,
  noTraffic,
  probeDisagrees,
  singleBackend,
  sourceIpHidden,
  starvedEndpoints,
  stickySource,
  unevenShare,
  unreadyPublished,
];
