export { behindServices, type RoutesBehind } from './behind.ts';
export { hostsOfServices, type ServiceHosts } from './hosts.ts';
export { secondHop, type HopRoute, type HopTarget } from './second-hop.ts';
export { gatewayPlaces, type GatewayPlace } from './gateway-places.ts';
export { zoneShares, type ZoneShares } from './zone-shares.ts';
export {
  countHosts,
  isFailing,
  migration,
  leastAndMost,
  type Migration,
  type MigrationEntry,
  type MigrationHost,
  type MigrationSide,
} from './migration.ts';
