import type { IpFamily, LoadBalancerService } from '../../model/index.ts';
import { isWholeSpace, parseRange } from '../address-range.ts';
import { rangeFault } from '../ip-address.ts';
import { annotatedRanges, serviceTags } from '../source-ranges.ts';
import type { Clients } from './clients.ts';

/**
 * The clients that a Service is for, as the cloud provider reads it (source: cloud-provider-azure): everybody
 * on its side of the network, unless ranges or service tags say who. None = nobody is to get in, since
 * a bad range keeps everybody else out, or no range is of the family.
 * @param isPublic Where its frontend really is, whatever its annotation says.
 */
export function wantedClients(
  service: LoadBalancerService,
  family: IpFamily,
  isPublic: boolean,
  machines: readonly bigint[],
): readonly Clients[] {
  const texts = [
    ...service.loadBalancerSourceRanges.map((each) => each.trim()),
    ...annotatedRanges(service.annotations).flatMap(({ ranges }) => ranges),
  ];
  const valid = texts.filter((text) => rangeFault(text) === undefined);
  const ranges = valid.flatMap((text) => {
    const range = parseRange(text);
    return range === undefined ? [] : [{ text, range }];
  });
  const tags = serviceTags(service.annotations);
  const network: Clients = { kind: 'network', addresses: machines };
  const everybody: readonly Clients[] = isPublic ? [{ kind: 'internet' }] : [network];
  const limited = valid.length < texts.length || tags.length > 0;
  if (!limited && texts.length === 0) return everybody;
  if (!limited && ranges.some(({ range }) => isWholeSpace(range)))
    return isPublic ? everybody : [...everybody, { kind: 'internet' }];
  return [
    ...tags.map((tag) => clientsOfTag(tag, network)),
    ...ranges
      .filter(({ range }) => range.family === family)
      .map(({ text, range }): Clients => ({ kind: 'range', text, range })),
  ];
}

function clientsOfTag(tag: string, network: Clients): Clients {
  switch (tag.toLowerCase()) {
    case 'internet':
      return { kind: 'internet' };
    case 'virtualnetwork':
      return network;
    default:
      return { kind: 'tag', tag };
  }
}
