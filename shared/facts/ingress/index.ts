export { gatewayRoutes } from './gateway-routes.ts';
export { ingressRoutes } from './ingress-routes.ts';
export { unreadRoutes } from './unread.ts';
export type {
  EntryPoint,
  HostRoute,
  RouteTarget,
  Routing,
  Unresolved,
  Unserved,
  UnservedCode,
} from './types.ts';
