import { expect, test } from '@jest/globals';
import { clientsText, wantedClients } from '../../../shared/load-balancing/index.ts';
import type { IpFamily, LoadBalancerService } from '../../../shared/model/index.ts';
import { service } from '../../builders/index.ts';

const prefix = 'service.beta.kubernetes.io/';

interface Row {
  readonly name: string;
  readonly ranges?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly isPublic?: boolean;
  readonly family?: IpFamily;
  readonly clients: readonly string[];
}

function given({ ranges = [], annotations = {} }: Row): LoadBalancerService {
  const entries = Object.entries(annotations).map(([key, value]) => [prefix + key, value] as const);
  return service({ loadBalancerSourceRanges: ranges, annotations: new Map(entries) });
}

test.each<Row>([
  { name: 'a public Service', clients: ['Internet'] },
  { name: 'an internal one', isPublic: false, clients: ['VirtualNetwork'] },
  {
    name: 'one whose annotation says internal, and whose frontend is public',
    annotations: { 'azure-load-balancer-internal': 'True' },
    clients: ['Internet'],
  },
  {
    name: 'ranges of the spec',
    ranges: ['203.0.113.0/24', ' 198.51.100.0/24 '],
    clients: ['203.0.113.0/24', '198.51.100.0/24'],
  },
  {
    name: 'ranges of both annotations',
    annotations: {
      'azure-allowed-ip-ranges': '203.0.113.0/24, 198.51.100.0/24',
      'load-balancer-source-ranges': '192.0.2.0/24',
    },
    clients: ['203.0.113.0/24', '198.51.100.0/24', '192.0.2.0/24'],
  },
  { name: 'ranges for everybody', ranges: ['0.0.0.0/0'], clients: ['Internet'] },
  {
    name: 'ranges for everybody count in both families',
    ranges: ['0.0.0.0/0'],
    family: 'IPv6',
    clients: ['Internet'],
  },
  {
    name: 'ranges for everybody on an internal Service',
    ranges: ['0.0.0.0/0'],
    isPublic: false,
    clients: ['VirtualNetwork', 'Internet'],
  },
  {
    name: 'ranges of one family',
    ranges: ['203.0.113.0/24', '2001:db8::/32'],
    family: 'IPv6',
    clients: ['2001:db8::/32'],
  },
  {
    name: 'no range of the family: nobody',
    ranges: ['203.0.113.0/24'],
    family: 'IPv6',
    clients: [],
  },
  {
    name: 'service tags',
    annotations: { 'azure-allowed-service-tags': 'AzureFrontDoor.Backend, VirtualNetwork' },
    clients: ['AzureFrontDoor.Backend', 'VirtualNetwork'],
  },
  {
    name: 'service tags and ranges',
    annotations: {
      'azure-allowed-service-tags': 'AzureCloud',
      'azure-allowed-ip-ranges': '203.0.113.0/24',
    },
    clients: ['AzureCloud', '203.0.113.0/24'],
  },
  { name: 'a bad range keeps everybody out', ranges: ['203.0.113.5/24'], clients: [] },
  {
    name: 'a bad range keeps out all but the good ones',
    ranges: ['0.0.0.0/0', 'office'],
    clients: ['0.0.0.0/0'],
  },
])('$name', ({ isPublic = true, family = 'IPv4', clients, ...row }) => {
  const found = wantedClients(given({ ...row, clients }), family, isPublic, []);
  expect(found.map(clientsText)).toEqual(clients);
});
