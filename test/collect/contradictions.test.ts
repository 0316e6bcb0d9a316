import { describe, expect, test } from '@jest/globals';
import { contradictions } from '../../shared/collect/contradictions.ts';
import {
  armId,
  nodeName,
  unread,
  type LoadBalancer,
  type PublicIpAddress,
  type SliceName,
} from '../../shared/model/index.ts';
import {
  cluster,
  clusterIpService,
  endpoint,
  ipMember,
  kubeProxy,
  loadBalancer,
  managedCluster,
  nicMember,
  nicOf,
  node,
  nodeGroup,
  pod,
  service,
  slice,
  staleMember,
  subscription,
  vmMember,
  vmNode,
  workload,
  type SnapshotChanges,
} from '../builders/index.ts';

const system = node('system-0');
const user = node('user-0');
const machine = vmNode('vm-0');
const addressId = armId(
  `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Network/publicIPAddresses/kubernetes-a1`,
);

/** The load balancer with a public frontend. */
function publicFrontend(): LoadBalancer {
  const balancer = loadBalancer({ members: [nicMember(system), nicMember(user)] });
  return {
    ...balancer,
    frontends: balancer.frontends.map((each) => ({ ...each, publicIpId: addressId })),
  };
}

function address(name: string): PublicIpAddress {
  return {
    id: armId(addressId.replace('kubernetes-a1', name)),
    name,
    resourceGroup: nodeGroup.toLowerCase(),
    sku: 'standard',
    zones: [],
    tags: new Map(),
  } as unknown as PublicIpAddress;
}

const groupId = addressId.replace('/publicIPAddresses/kubernetes-a1'.toLowerCase(), '');

function balancerId(name: string, group: string = nodeGroup): string {
  return `${groupId.replace(nodeGroup.toLowerCase(), group)}/loadBalancers/${name}`;
}

/** What the cloud provider's names of a Service's rules begin with: it cuts the last digit off. */
function ruleKeyOf(uid: string): string {
  return `a${uid.replaceAll('-', '')}`.slice(0, 32);
}

/** A public address of a frontend. */
function attached(balancer: string, group?: string): PublicIpAddress {
  const frontend = armId(`${balancerId(balancer, group)}/frontendIPConfigurations/f`);
  return { ...address('kubernetes-a1'), ipConfigurationId: frontend };
}

/** A Service with rules and slices, and all of it but itself. */
const other = '99999999-2222-3333-4444-555555555555';
const otherKey = ruleKeyOf(other);
const third = '88888888-2222-3333-4444-555555555555';
const ruledTwice = (() => {
  const own = loadBalancer({ members: [nicMember(system), nicMember(user)] });
  const more = loadBalancer({ key: otherKey });
  return { ...own, rules: [...own.rules, ...more.rules] };
})();
const ownSlice = slice([endpoint('a', 'user-0')], { serviceUid: service().uid });
const otherSlice = slice([], { name: 'api-x', service: 'api', serviceUid: other });
/** Of three Services with slices and rules the list lacks one. */
const oneOfThree = {
  services: [service(), service({ name: 'new', uid: third })],
  loadBalancers: [
    {
      ...ruledTwice,
      rules: [...ruledTwice.rules, ...loadBalancer({ key: ruleKeyOf(third) }).rules],
    },
  ],
  endpointSlices: [ownSlice, otherSlice, { ...otherSlice, service: 'new', serviceUid: third }],
};

/** Rules of no Service of the builders, on an address of its own. */
const ofOthers = (() => {
  const balancer = loadBalancer({ key: otherKey, members: [nicMember(system), nicMember(user)] });
  return {
    ...balancer,
    frontends: balancer.frontends.map((each) => ({ ...each, privateIp: '10.9.9.9' })),
  };
})();
const moved = service({ ingressIps: ['10.8.8.8'] });
const onThree = slice([endpoint('a', 'user-0'), endpoint('b', 'user-1'), endpoint('c', 'user-2')]);
const dnsNames = ['k', 'l', 'm', 'n', 'o'];
const dnsPods = dnsNames.map((name) => pod(name, { namespace: 'dns' }));
const ofDns = slice(
  dnsNames.map((name) => endpoint(name, 'system-0')),
  { namespace: 'dns' },
);

function onlyPodOf(namespace: string) {
  // The builders' Service has a slice in `shop`.
  return [slice([endpoint(`${namespace}-1`, 'system-0')], { namespace })];
}

const podOn = (name: string, owner: string, hash?: string) =>
  pod(name, {
    namespace: 'kube-system',
    owner: { kind: hash === undefined ? 'DaemonSet' : 'ReplicaSet', name: owner },
    labels: new Map(hash === undefined ? [] : [['pod-template-hash', hash]]),
  });

/** kube-proxy with so many nodes to run on, and one of its pods. */
function proxyOn(statusCount: number): SnapshotChanges {
  return {
    daemonSets: [{ ...kubeProxy(), statusCount }],
    systemPods: [podOn('p-1', 'kube-proxy')],
  };
}

function proxyNamed(name: string) {
  return workload({ ...kubeProxy(), name });
}

function ownedBy(name: string, uid: string) {
  return pod(`${name}-1`, { namespace: 'kube-system', owner: { kind: 'DaemonSet', name, uid } });
}

interface Case {
  readonly form: string;
  readonly given: SnapshotChanges;
  /** Slices that count as unread. */
  readonly slices: readonly SliceName[];
}

const cases: readonly Case[] = [
  {
    form: 'a: a Service has an address, and there is no load balancer',
    given: { loadBalancers: [] },
    slices: ['loadBalancers'],
  },
  {
    form: 'a, sound: no Service has one, and traffic leaves another way',
    given: {
      loadBalancers: [],
      services: [service({ ingressIps: [] })],
      managedCluster: managedCluster({ outboundType: 'userDefinedRouting' }),
    },
    slices: [],
  },
  {
    form: 'a: an address is attached to a load balancer that is not listed',
    given: {
      loadBalancers: [],
      services: [service({ ingressIps: [] })],
      managedCluster: managedCluster({ outboundType: 'userDefinedRouting' }),
      publicIpAddresses: [attached('kubernetes')],
    },
    slices: ['loadBalancers'],
  },
  {
    form: 'a: it is not listed beside one that is',
    given: { publicIpAddresses: [attached('kubernetes-2')] },
    slices: ['loadBalancers'],
  },
  {
    form: 'a: a network interface is in a pool of a load balancer that is not listed',
    given: {
      nodes: [system, user, node('user-1'), machine],
      networkInterfaces: [
        {
          ...nicOf(machine),
          ipConfigurations: nicOf(machine).ipConfigurations.map((each) => ({
            ...each,
            backendPoolIds: [armId(`${balancerId('kubernetes-internal')}/backendAddressPools/k`)],
          })),
        },
      ],
    },
    slices: ['loadBalancers'],
  },
  {
    form: 'a, sound: it is attached to one that is listed, and another to a NAT gateway',
    given: {
      publicIpAddresses: [
        attached('kubernetes'),
        { ...address('nat'), ipConfigurationId: armId(`${groupId}/natGateways/n/ips/i`) },
      ],
    },
    slices: [],
  },
  {
    form: 'a, sound: it is attached to a load balancer of another group',
    given: { publicIpAddresses: [attached('own', 'network')] },
    slices: [],
  },
  {
    form: 'b: endpoints name nodes that are not listed',
    given: { nodes: [system], loadBalancers: [loadBalancer({ members: [nicMember(system)] })] },
    slices: ['nodes'],
  },
  {
    form: 'b, sound: a node left, one of three with endpoints',
    given: {
      endpointSlices: [
        slice([endpoint('a', 'user-0'), endpoint('b', 'user-1'), endpoint('c', 'user-2')]),
      ],
    },
    slices: [],
  },
  {
    form: 'b, sound: what ends on nodes that left',
    given: {
      endpointSlices: [
        slice([
          endpoint('a', 'user-0'),
          endpoint('b', 'gone-1', { terminating: true }),
          endpoint('c', 'gone-2', { terminating: true }),
        ]),
      ],
    },
    slices: [],
  },
  {
    form: 'b: a DaemonSet should run on twice as many nodes as are listed',
    given: { ...proxyOn(6) },
    slices: ['nodes'],
  },
  {
    form: 'b: it should run on one more, which an endpoint names',
    given: { ...proxyOn(4), endpointSlices: [onThree] },
    slices: ['nodes'],
  },
  {
    form: 'b: it should run on one more, and a pool has a machine of no node',
    given: {
      ...proxyOn(4),
      loadBalancers: [loadBalancer({ members: [nicMember(user), staleMember()] })],
    },
    slices: ['nodes'],
  },
  {
    form: 'b, sound: a node came after nodes were listed, one of four',
    given: { ...proxyOn(4) },
    slices: [],
  },
  {
    form: 'b, sound: two came, and a pool still has the machine of one that left',
    given: {
      ...proxyOn(5),
      loadBalancers: [loadBalancer({ members: [nicMember(user), staleMember()] })],
    },
    slices: [],
  },
  {
    form: 'b, sound: a node left, and endpoints and the pool still have it',
    given: {
      ...proxyOn(3),
      endpointSlices: [onThree],
      loadBalancers: [loadBalancer({ members: [nicMember(user), staleMember()] })],
    },
    slices: [],
  },
  {
    form: 'b, sound: nodes of hosted system pools may be out of sight',
    given: {
      ...proxyOn(6),
      managedCluster: managedCluster({ hostedSystemPools: true }),
    },
    slices: [],
  },
  {
    form: 'c: a member whose network interface is not listed',
    given: {
      nodes: [system, user, node('user-1'), machine],
      loadBalancers: [loadBalancer({ members: [nicMember(system), vmMember(machine)] })],
      networkInterfaces: [],
    },
    slices: ['networkInterfaces'],
  },
  {
    form: 'c, sound: the interface is listed',
    given: {
      nodes: [system, user, node('user-1'), machine],
      loadBalancers: [loadBalancer({ members: [nicMember(system), vmMember(machine)] })],
      networkInterfaces: [nicOf(machine)],
    },
    slices: [],
  },
  {
    form: 'c, sound: one scale set instance is left over among nodes',
    given: { loadBalancers: [loadBalancer({ members: [nicMember(user), staleMember()] })] },
    slices: [],
  },
  {
    form: 'c: no member at all is a node',
    given: { loadBalancers: [loadBalancer({ members: [staleMember(98), staleMember(99)] })] },
    slices: ['nodes'],
  },
  {
    form: 'c: no address of the pool is that of a node',
    given: { loadBalancers: [loadBalancer({ members: [ipMember(node('gone-7'))] })] },
    slices: ['nodes'],
  },
  {
    form: 'd: rules of Services, and no Service',
    given: { services: [] },
    slices: ['services'],
  },
  {
    form: 'd: a Warning of the service controller, and no Service',
    given: {
      services: [],
      loadBalancers: [loadBalancer({ members: [], ports: [] })],
      serviceEvents: [
        {
          namespace: 'shop',
          service: 'web',
          type: 'Warning',
          reason: 'SyncLoadBalancerFailed',
          message: '',
          lastSeen: '',
        },
      ],
    },
    slices: ['services'],
  },
  {
    form: 'd, sound: a rule is left over beside a Service',
    given: {
      loadBalancers: [loadBalancer({ members: [nicMember(user)], key: `a${'0'.repeat(31)}` })],
    },
    slices: [],
  },
  {
    form: 'd: Services of another namespace own slices and have rules',
    given: { loadBalancers: [ruledTwice], endpointSlices: [ownSlice, otherSlice] },
    slices: ['services'],
  },
  {
    form: 'd, sound: one of two is turned into a ClusterIP Service, and its rules are left over',
    given: {
      loadBalancers: [ruledTwice],
      endpointSlices: [ownSlice, otherSlice],
      clusterIpServices: [clusterIpService('api')],
    },
    slices: [],
  },
  {
    form: 'd, sound: one of three, where ClusterIP Services were not read',
    given: { ...oneOfThree, clusterIpServices: unread('403') },
    slices: [],
  },
  {
    form: 'd: one of three, where the list of Services was filtered',
    given: { ...oneOfThree, clusterIpServices: unread('it was filtered', 'contradicted') },
    slices: ['services'],
  },
  {
    form: 'd, sound: what is left over of a deleted Service owns no slice',
    given: { loadBalancers: [ruledTwice], endpointSlices: [ownSlice] },
    slices: [],
  },
  {
    form: 'd: no rule is of a Service, and no frontend has the address of one',
    given: { loadBalancers: [ofOthers], services: [moved] },
    slices: ['services'],
  },
  {
    form: 'd, sound: the rules of a Service were removed, its frontend is there',
    given: {
      loadBalancers: [
        { ...ofOthers, frontends: [...ofOthers.frontends, ...loadBalancer().frontends] },
      ],
    },
    slices: [],
  },
  {
    form: 'd, sound: what is left over, and a Service that has no address yet',
    given: { loadBalancers: [ofOthers], services: [service({ ingressIps: [] })] },
    slices: [],
  },
  {
    form: 'e: a Service with a selector and no slice',
    given: { endpointSlices: [slice([], { service: 'other' })] },
    slices: ['endpointSlices'],
  },
  {
    form: 'e: no slice at all',
    given: {
      services: [],
      loadBalancers: [],
      endpointSlices: [],
      managedCluster: managedCluster({ outboundType: 'none' }),
    },
    slices: ['endpointSlices'],
  },
  {
    form: 'e, sound: the Service is half a minute old',
    given: {
      services: [service({ createdAt: '2026-11-23T05:59:30Z' })],
      endpointSlices: [slice([], { service: 'other' })],
    },
    slices: [],
  },
  { form: 'f: no DaemonSet', given: { daemonSets: [] }, slices: ['daemonSets'] },
  { form: 'f: no Namespace', given: { namespaces: [] }, slices: ['namespaces'] },
  {
    form: 'f: no pod of a system node, where endpoints are on one',
    given: {
      endpointSlices: [slice([endpoint('a', 'user-0'), endpoint('b', 'system-0')])],
      systemPods: [],
    },
    slices: ['systemPods', 'pendingPods'],
  },
  {
    form: 'f: no pod of a system node, where a DaemonSet runs on more nodes than there are others',
    given: { systemPods: [], daemonSets: [{ ...kubeProxy(), statusCount: 3 }] },
    slices: ['systemPods', 'pendingPods'],
  },
  {
    form: 'f, sound: no pod of a system node, where a DaemonSet runs on the others only',
    given: { systemPods: [], daemonSets: [{ ...kubeProxy(), statusCount: 2 }] },
    slices: [],
  },
  {
    form: 'f: pods of one namespace only',
    given: {
      daemonSets: [{ ...kubeProxy(), statusCount: 3 }],
      systemPods: [pod('web-1', { node: nodeName('system-0') })],
    },
    slices: ['systemPods', 'pendingPods'],
  },
  {
    form: 'f: all pods of a namespace are lacking that endpoints name on system nodes',
    given: {
      endpointSlices: [
        slice(['a', 'b', 'c', 'd'].map((name) => endpoint(name, 'system-0'))),
        slice(
          ['k', 'l', 'm', 'n', 'o'].map((name) => endpoint(name, 'system-0')),
          { namespace: 'dns' },
        ),
      ],
      systemPods: ['k', 'l', 'm', 'n', 'o'].map((name) => pod(name, { namespace: 'dns' })),
    },
    slices: ['systemPods', 'pendingPods'],
  },
  {
    form: 'f: none of the only pods of two namespaces is listed, beside others',
    given: {
      endpointSlices: [ofDns, ...onlyPodOf('shop'), ...onlyPodOf('pay')],
      systemPods: dnsPods,
    },
    slices: ['systemPods', 'pendingPods'],
  },
  {
    form: 'f, sound: the only pod of a namespace was replaced between two lists',
    given: { endpointSlices: [ofDns, ...onlyPodOf('shop')], systemPods: dnsPods },
    slices: [],
  },
  {
    form: 'f, sound: a pod was replaced between two lists',
    given: {
      endpointSlices: [slice(['a', 'b', 'c'].map((name) => endpoint(name, 'system-0')))],
      systemPods: ['a', 'b', 'd'].map((name) => pod(name)),
    },
    slices: [],
  },
  {
    form: 'f, sound: a cluster without nodes',
    given: {
      nodes: [],
      endpointSlices: [slice([])],
      daemonSets: [],
      loadBalancers: [loadBalancer()],
    },
    slices: [],
  },
  {
    form: 'g: the address of a frontend is not listed',
    given: { loadBalancers: [publicFrontend()], publicIpAddresses: [address('other')] },
    slices: ['publicIpAddresses'],
  },
  {
    form: 'g, sound: it is listed',
    given: { loadBalancers: [publicFrontend()], publicIpAddresses: [address('kubernetes-a1')] },
    slices: [],
  },
  {
    form: 'h: DaemonSets that pods name',
    given: { systemPods: [podOn('a-1', 'a'), podOn('b-1', 'b'), podOn('p-1', 'kube-proxy')] },
    slices: ['daemonSets'],
  },
  {
    form: 'h: Deployments by the hash of their ReplicaSets',
    given: { systemPods: [podOn('c-1', 'coredns-6f8', '6f8')] },
    slices: ['deployments'],
  },
  {
    form: 'h: DaemonSets of another cluster have their names, and other uids',
    given: {
      daemonSets: ['a', 'b'].map((name) => ({ ...proxyNamed(name), uid: 'theirs' })),
      systemPods: ['a', 'b'].map((name) => ownedBy(name, 'ours')),
    },
    slices: ['daemonSets'],
  },
  {
    form: 'h, sound: one of three was made anew between two lists',
    given: {
      daemonSets: ['a', 'b', 'c'].map((name) => ({ ...proxyNamed(name), uid: name })),
      systemPods: [ownedBy('a', 'before'), ownedBy('b', 'b'), ownedBy('c', 'c')],
    },
    slices: [],
  },
  {
    form: 'h, sound: one of three was deleted between two lists',
    given: {
      daemonSets: ['a', 'b'].map((name) => workload({ ...kubeProxy(), name })),
      systemPods: [podOn('a-1', 'a'), podOn('b-1', 'b'), podOn('c-1', 'c')],
    },
    slices: [],
  },
  {
    form: 'h, sound: a ReplicaSet of its own',
    given: {
      systemPods: [
        pod('r-1', { owner: { kind: 'ReplicaSet', name: 'r' }, node: nodeName('system-0') }),
      ],
    },
    slices: [],
  },
];

describe('a list that another one contradicts', () => {
  test('the cluster of the builders contradicts itself nowhere', () => {
    expect(contradictions(cluster())).toEqual([]);
  });

  test.each([...cases])('$form -> $slices', ({ given, slices }) => {
    const found = contradictions(cluster(given));
    expect(found.map((each) => each.slice)).toEqual(slices);
    for (const { why } of found) expect(why).toMatch(/^[^\n]{20,300}: [^\n]+\?$/u);
  });

  test.each([
    { name: 'services', given: { services: [], loadBalancers: unread('403') } },
    {
      name: 'loadBalancers',
      given: {
        loadBalancers: [],
        services: unread('403'),
        managedCluster: unread('403'),
      },
    },
    { name: 'daemonSets', given: { daemonSets: [], nodes: unread('403') } },
    {
      name: 'systemPods',
      given: { systemPods: [], endpointSlices: unread('403'), daemonSets: unread('403') },
    },
  ])('nobody can tell whether an empty list is so: $name', ({ name, given }) => {
    expect(contradictions(cluster(given)).map((each) => each.slice)).toEqual([name]);
  });

  test('what was not read contradicts nothing and is contradicted by nothing', () => {
    const given = { loadBalancers: unread('403'), nodes: unread('403'), services: unread('403') };
    expect(contradictions(cluster(given))).toEqual([]);
  });
});
