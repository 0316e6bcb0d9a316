import type { LoadBalancer, LoadBalancerService } from '../model/index.ts';
import type { ConfigurationRefusal } from './eligible-configurations.ts';
import type { ServicePlacement } from './service-placement.ts';
import { sharedFrontend, type SharedFrontend } from './shared-frontends.ts';

/** What keeps a Service from every load balancer, or from the one that it belongs on. */
export type ServiceObstacle =
  | { readonly kind: 'all-refuse'; readonly refused: readonly ConfigurationRefusal[] }
  /** All that may hold it have more than 300 rules. */
  | { readonly kind: 'load-balancers-full'; readonly eligible: readonly string[] }
  | { readonly kind: 'frontend-shared'; readonly held: SharedFrontend; readonly target: string }
  | { readonly kind: 'address-and-names' | 'address-elsewhere' };

/** Unknown names, bad selectors, and addresses that nobody can have are none: they are faults of their own. */
export function obstacleOf(
  service: LoadBalancerService,
  placement: ServicePlacement,
  loadBalancers: readonly LoadBalancer[],
): ServiceObstacle | undefined {
  switch (placement.kind) {
    case 'unknown':
      return undefined;
    case 'none':
      return { kind: 'load-balancers-full', eligible: placement.eligible };
    case 'placed': {
      const target = placement.loadBalancer;
      const held = sharedFrontend(service, loadBalancers, target);
      return held && { kind: 'frontend-shared', held, target };
    }
    case 'error':
      switch (placement.cause) {
        case 'all-refuse':
          return { kind: 'all-refuse', refused: placement.refused };
        case 'address-and-names':
        case 'address-elsewhere':
          return { kind: placement.cause };
        case 'no-known-name':
        case 'bad-selector':
        case 'address-unusable':
          return undefined;
      }
  }
}
