export { gatewayRoutes } from './gateway-routes.ts';
export { ingressRoutes } from './ingress-routes.ts';
export { isManagedNginx } from './frontends.ts';
export { claimOf } from './precedence.ts';
export { takesRequests } from './types.ts';
export { readRoutings, unreadRoutes } from './both-apis.ts';
export type {
  Alternative,
  CertificateReference,
  EntryPoint,
  HostRoute,
  RouteTarget,
  ApiRouting,
  UnresolvedReferences,
  Unserved,
  UnservedCode,
} from './types.ts';
