import { expect, test } from '@jest/globals';
import { parseLoadBalancer } from '../../shared/collect/parse-load-balancer.ts';
import { Cursor, Problems } from '../../shared/input/index.ts';
import { isPoolByAddress } from '../../shared/load-balancing/index.ts';
import { read } from '../../shared/model/index.ts';
import { childId, managedCluster } from '../builders/index.ts';

const managed = read(managedCluster({ backendPoolType: 'nodeip' }));

/** A pool as the SDK hands it on, read as every pool is, in a cluster that asks for pools by address. */
function isByAddress(...addresses: readonly object[]): boolean {
  const id = childId('kubernetes');
  const pool = {
    id: `${id}/backendAddressPools/kubernetes`,
    name: 'kubernetes',
    loadBalancerBackendAddresses: addresses.map((each, at) => ({ name: `address-${at}`, ...each })),
  };
  const body = { id, name: 'kubernetes', sku: { name: 'Standard' }, backendAddressPools: [pool] };
  const item = new Cursor(body, 'item', { source: 'test', problems: new Problems() });
  const [parsed] = parseLoadBalancer(item)?.backendPools ?? [];
  if (parsed === undefined) throw new Error('no pool');
  return isPoolByAddress({ pool: parsed, managedCluster: managed });
}

test.each([
  { what: 'no address: as the cluster asks', addresses: [], byAddress: true },
  { what: 'addresses', addresses: [{ ipAddress: '10.0.0.4' }], byAddress: true },
  { what: 'an address without an ipAddress', addresses: [{}], byAddress: false },
  { what: 'an empty ipAddress', addresses: [{ ipAddress: '' }], byAddress: false },
  { what: 'one of each', addresses: [{ ipAddress: '10.0.0.4' }, {}], byAddress: false },
])('$what: pool by address $byAddress', ({ addresses, byAddress }) => {
  expect(isByAddress(...addresses)).toBe(byAddress);
});
