import {
  sharedFrontend,
  type Refusal,
  type ServicePlacement,
  type SharedFrontend,
} from '../../load-balancing/index.ts';
import type { LoadBalancer, LoadBalancerService } from '../../model/index.ts';
import { counted, itemized, listed } from '../../fixes/text.ts';

/** What keeps a Service from every load balancer, or from the one that it belongs on. */
export interface Obstacle {
  readonly causes: readonly string[];
  /** A sentence. */
  readonly why: string;
  readonly refused: readonly Refusal[];
}

const words: Readonly<Record<Refusal['by'], { readonly cause: string; readonly says: string }>> = {
  placement: { cause: 'placement-closed', says: 'takes no new Services' },
  labels: { cause: 'service-label-selector', says: 'asks for labels that the Service has not' },
  namespace: {
    cause: 'service-namespace-selector',
    says: 'asks for labels that the Namespace has not',
  },
};

/** What other rules tell of is none: unknown names, bad selectors, addresses that nobody can have. */
export function obstacleOf(
  service: LoadBalancerService,
  placement: ServicePlacement,
  loadBalancers: readonly LoadBalancer[],
): Obstacle | undefined {
  const plain = { refused: [] };
  switch (placement.kind) {
    case 'unknown':
      return undefined;
    case 'none':
      return {
        ...plain,
        causes: ['load-balancers-full'],
        why: `All that may hold it (${listed(placement.eligible)}) have more than 300 rules, and one so full is never chosen.`,
      };
    case 'placed': {
      const held = sharedFrontend(service, loadBalancers, placement.loadBalancer);
      return held && { ...plain, causes: ['frontend-shared'], why: cannotMove(held, placement) };
    }
    case 'error':
      switch (placement.cause) {
        case 'all-refuse':
          return {
            refused: placement.refused,
            causes: [...new Set(placement.refused.map(({ by }) => words[by].cause))].toSorted(),
            why: `${itemized(placement.refused.map(({ name, by }) => `${name} ${words[by].says}`))}.`,
          };
        case 'address-and-names':
          return {
            ...plain,
            causes: ['address-and-names'],
            why: 'It asks for an address and for load balancers by name; the provider takes one of the two, since an address is where it is.',
          };
        case 'address-elsewhere':
          return {
            ...plain,
            causes: ['address-elsewhere'],
            why: 'The address that it asks for is on a load balancer that may not hold it.',
          };
        case 'no-known-name':
        case 'bad-selector':
        case 'address-unusable':
          return undefined;
      }
  }
}

function cannotMove(
  { loadBalancer, frontend, otherRules }: SharedFrontend,
  { loadBalancer: target }: { readonly loadBalancer: string },
): string {
  const others =
    otherRules.length === 0
      ? 'outbound or inbound NAT rules'
      : counted(otherRules.length, 'rule of other Services', 'rules of other Services');
  return `It belongs on ${target} and cannot leave ${loadBalancer.name}, since ${others} ${otherRules.length === 1 ? 'uses' : 'use'} its frontend ${frontend.name} as well.`;
}
