import { localPoolNameClash } from '../../../shared/rules/multi-lb/local-pool-name-clash.ts';
import type { IpFamily, LoadBalancerService } from '../../../shared/model/index.ts';
import { service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';
import { balancer, several, system, type Part } from './several.ts';

const first = local('a-b', 'c', 'e');
const second = local('a', 'b-c', 'f');
const found = { severity: 'high', causes: ['same-pool-name'] } as const;
const taken = { severity: 'high', causes: ['pool-taken-for-ipv6'] } as const;

function local(namespace: string, name: string, letter: string, ...ipFamilies: IpFamily[]) {
  return service({
    namespace,
    name,
    uid: letter.repeat(36),
    ipFamilies: ipFamilies.length === 0 ? ['IPv4'] : ipFamilies,
  });
}

function part(of: LoadBalancerService): Part {
  return { nodes: [system], poolName: `${of.namespace}-${of.name}`, of };
}

/** Services, each with a rule on one of the load balancers. */
function on(places: Readonly<Record<string, readonly LoadBalancerService[]>>): SnapshotChanges {
  return several({
    services: Object.values(places).flat(),
    endpointSlices: [],
    loadBalancers: Object.entries(places).map(([name, services]) =>
      balancer(name, ...services.map(part)),
    ),
  });
}

describeRule(localPoolNameClash, {
  fires: [
    {
      name: 'two names that come to one: a finding for each',
      given: on({ kubernetes: [first, second] }),
      finds: [
        {
          ...found,
          subject: 'Service a-b/c',
          evidence: { pools: ['a-b-c'], sharedWith: ['a/b-c'] },
        },
        { ...found, subject: 'Service a/b-c', evidence: { sharedWith: ['a-b/c'] } },
      ],
    },
    {
      name: 'a name that ends like the pools of IPv6',
      given: on({ kubernetes: [local('shop', 'web-ipv6', 'e')] }),
      finds: [
        { ...taken, subject: 'Service shop/web-ipv6', evidence: { pools: ['shop-web-ipv6'] } },
      ],
    },
    {
      name: 'the pool of IPv6 of one and the pool of IPv4 of another',
      given: on({
        kubernetes: [local('shop', 'web', 'e', 'IPv4', 'IPv6'), local('shop', 'web-ipv6', 'f')],
      }),
      finds: [
        { ...found, subject: 'Service shop/web' },
        {
          ...found,
          subject: 'Service shop/web-ipv6',
          causes: ['pool-taken-for-ipv6', 'same-pool-name'],
        },
      ],
    },
    {
      name: 'a Service that is called ipv6',
      given: on({ kubernetes: [local('shop', 'ipv6', 'e')] }),
      finds: [{ ...taken, subject: 'Service shop/ipv6' }],
    },
  ],
  quiet: [
    { name: 'names of their own', given: several() },
    {
      name: 'on two load balancers: two pools',
      given: on({ kubernetes: [first], payments: [second] }),
    },
    {
      name: 'one of them with Cluster, which is in the shared pool',
      given: on({ kubernetes: [first, { ...second, externalTrafficPolicy: 'Cluster' }] }),
    },
    {
      name: 'one load balancer only: all pools are shared',
      given: { ...on({ kubernetes: [first, second] }), loadBalancerConfigurations: [] },
    },
    {
      name: 'one of them on its way out',
      given: on({ kubernetes: [first, { ...second, deleting: true }] }),
    },
    {
      name: 'one of them has no rule anywhere yet',
      given: { ...on({ kubernetes: [first] }), services: [first, second] },
    },
  ],
  boundary: [
    {
      name: 'an IPv6 Service of such a name has its suffix twice, and is one of IPv6',
      given: on({ kubernetes: [local('shop', 'web-ipv6', 'e', 'IPv6')] }),
      finds: [],
    },
    {
      name: 'the ending inside of a name',
      given: on({ kubernetes: [local('shop', 'ipv6-web', 'e')] }),
      finds: [],
    },
    {
      name: 'public and internal load balancer of one configuration are two',
      given: on({ kubernetes: [first], 'kubernetes-internal': [second] }),
      finds: [],
    },
  ],
  unknown: [],
});
