import type { IpFamily } from '../../model/index.ts';
import { firstPublic, partsOf, wholeSpace, type AddressRange } from '../address-range.ts';
import type { InboundRule } from './inbound-rules.ts';
import {
  healthProbe,
  inNetwork,
  inTag,
  placeOfAddress,
  onInternet,
  type NetworkPlace,
} from './place.ts';
import { rangesOf } from './prefixes.ts';

/** Who wants to connect. */
export type Clients =
  | { readonly kind: 'internet' }
  /** `addresses`: some that are sure to be there. */
  | { readonly kind: 'network'; readonly addresses: readonly bigint[] }
  | { readonly kind: 'range'; readonly text: string; readonly range: AddressRange }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'probe' };

/** As a security rule names them. */
export function clientsText(clients: Clients): string {
  switch (clients.kind) {
    case 'internet':
      return 'Internet';
    case 'network':
      return 'VirtualNetwork';
    case 'range':
      return clients.text;
    case 'tag':
      return clients.tag;
    case 'probe':
      return 'AzureLoadBalancer';
  }
}

/** Tags whose members are no clients of the Internet, or all of them. */
const ownTags = new Set(['internet', 'virtualnetwork', 'azureloadbalancer']);

/**
 * Clients that stand for all: one of each part into which the rules' prefixes cut their addresses, and
 * one of each service tag that a rule names.
 */
export function representatives(
  clients: Clients,
  family: IpFamily,
  rules: readonly InboundRule[],
): readonly NetworkPlace[] {
  const ranges = rules.flatMap(({ sources }) => rangesOf(sources, family));
  switch (clients.kind) {
    case 'internet': {
      const tags = new Set(rules.flatMap(({ sources }) => sources.tags));
      return [
        ...partsOf(wholeSpace(family), ranges).flatMap((part) => {
          const address = firstPublic(part);
          return address === undefined ? [] : [onInternet(address)];
        }),
        ...[...tags].filter((tag) => !ownTags.has(tag)).map((tag) => inTag(tag, family)),
      ];
    }
    case 'network':
      return [inNetwork(family), ...clients.addresses.map((address) => inNetwork(family, address))];
    case 'range':
      return partsOf(clients.range, ranges).map(({ first }) =>
        placeOfAddress({ family, value: first }),
      );
    case 'tag':
      return [inTag(clients.tag, family)];
    case 'probe':
      return [healthProbe(family)];
  }
}
