import { starvedEndpoints } from '../../../shared/rules/traffic/starved-endpoints.ts';
import { armId, unread, type EndpointSlice, type Node } from '../../../shared/model/index.ts';
import {
  allowWeb,
  bothPorts,
  endpoint,
  excludedNode,
  kubeProxy,
  loadBalancer,
  nicMember,
  nicOf,
  node,
  port443,
  port80,
  securityGroup,
  service,
  slice,
  taint,
  virtualNode,
  vmMember,
  vmNode,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const system = node('system-0');
const user = node('user-0');
const high = { subject: 'Service shop/web', severity: 'high' } as const;
const critical = { ...high, severity: 'critical' } as const;

/** Pods on the nodes named, in that order: a, b, c … */
function pods(...on: readonly string[]): readonly EndpointSlice[] {
  return [slice(on.map((name, index) => endpoint(String.fromCodePoint(97 + index), name)))];
}

/** Nodes of which the first alone is a member, with a pod on each. */
function firstOnly(nodes: readonly Node[], sku = 'standard'): SnapshotChanges {
  const [first] = nodes;
  return {
    nodes,
    loadBalancers: [loadBalancer({ sku, members: first === undefined ? [] : [nicMember(first)] })],
    endpointSlices: pods(...nodes.map((each) => each.name)),
  };
}

const other =
  '/subscriptions/s/resourcegroups/g/providers/microsoft.network/loadbalancers/legacy/backendaddresspools/p';
const heldVm = vmNode('user-1');
const heldNic = nicOf(heldVm, {
  ipConfigurations: [
    {
      id: armId('x'),
      family: 'IPv4',
      backendPoolIds: [armId(other)],
    },
  ],
});

const machine = vmNode('vm-0');

/** A node behind the group of the node subnet, and one behind a group of its NIC that lets nobody in. */
function behindTwoGroups(changes: SnapshotChanges = {}): SnapshotChanges {
  const ofNic = securityGroup([], { name: 'nic', subnetIds: [] });
  return {
    nodes: [user, machine],
    networkInterfaces: [nicOf(machine, { securityGroupId: ofNic.id })],
    loadBalancers: [loadBalancer({ members: [nicMember(user), vmMember(machine)] })],
    endpointSlices: pods('user-0', 'vm-0'),
    securityGroups: [securityGroup([allowWeb()]), ofNic],
    ...changes,
  };
}

describeRule(starvedEndpoints, {
  fires: [
    {
      name: 'the story of 2019: 100 of 100 to the pod on the system node',
      given: {
        nodes: [system, user],
        loadBalancers: [loadBalancer({ sku: 'basic', members: [nicMember(system)] })],
        endpointSlices: pods('system-0', 'user-0', 'user-0'),
      },
      finds: [
        {
          ...critical,
          causes: ['basic-single-vm-set'],
          evidence: {
            externalTrafficPolicy: 'Local',
            loadBalancer: 'kubernetes',
            sku: 'basic',
            ports: [{ port: 80, readyPods: 3, starvedPods: 2, backendsUp: 1 }],
            starved: [
              {
                pod: 'b',
                node: 'user-0',
                nodePool: 'user',
                because: 'node-not-in-backend-pool',
              },
              { pod: 'c', node: 'user-0' },
            ],
          },
        },
      ],
    },
    {
      name: 'a node is kept out of load balancers by its label',
      given: firstOnly([system, excludedNode('user-0')]),
      finds: [{ ...critical, causes: ['node-excluded'] }],
    },
    {
      name: 'nothing says why the node is missing',
      given: firstOnly([system, user]),
      finds: [{ ...critical, causes: ['node-missing-from-pool'] }],
    },
    {
      name: 'the NIC of a node sits in a pool of another load balancer',
      given: {
        nodes: [user, heldVm],
        networkInterfaces: [heldNic],
        loadBalancers: [loadBalancer({ members: [nicMember(user)] })],
        endpointSlices: pods('user-0', 'user-1'),
      },
      finds: [{ ...critical, causes: ['held-by-other-load-balancer'] }],
    },
    {
      name: 'a backend pool of its own has not followed the pods',
      given: {
        nodes: [system, user],
        loadBalancers: [loadBalancer({ poolName: 'shop-web', members: [nicMember(system)] })],
        endpointSlices: pods('system-0', 'user-0'),
      },
      finds: [{ ...critical, causes: ['local-pool-drift'] }],
    },
    {
      name: 'a pod runs on a virtual node',
      given: firstOnly([system, virtualNode()]),
      finds: [{ ...critical, causes: ['virtual-node'] }],
    },
    {
      name: 'kube-proxy does not run on a node',
      given: {
        ...firstOnly([user, node('user-1', { taints: [taint('sku=gpu:NoSchedule')] })]),
        loadBalancers: [loadBalancer({ members: [nicMember(user), nicMember(node('user-1'))] })],
        daemonSets: [kubeProxy({ tolerations: [] })],
      },
      finds: [{ ...critical, causes: ['no-kube-proxy'] }],
    },
    {
      name: 'a node with a pod is not Ready',
      given: {
        ...firstOnly([user, node('user-1', { ready: 'unknown' })]),
        loadBalancers: [loadBalancer({ members: [nicMember(user), nicMember(node('user-1'))] })],
      },
      finds: [{ ...critical, causes: ['node-not-ready'] }],
    },
    {
      name: 'topology hints send no traffic to a pod',
      given: {
        nodes: [user, node('user-1')],
        services: [service({ externalTrafficPolicy: 'Cluster' })],
        loadBalancers: [loadBalancer({ members: [nicMember(user)], probe: 'node-port' })],
        endpointSlices: [
          slice([
            endpoint('a', 'user-0', { hintNodes: ['user-0'] }),
            endpoint('b', 'user-1', { hintNodes: ['user-1'] }),
          ]),
        ],
      },
      finds: [{ ...critical, causes: ['hinted-away'] }],
    },
    {
      name: 'a group keeps the clients from one backend, and the node of another pod is excluded',
      given: behindTwoGroups({
        nodes: [user, machine, excludedNode('user-1')],
        endpointSlices: pods('user-0', 'vm-0', 'user-1'),
      }),
      finds: [{ ...critical, causes: ['node-excluded', 'nsg-blocks-clients'] }],
    },
    {
      name: 'one of two ports: one finding, with that port',
      given: {
        nodes: [system, user],
        services: [service({ ports: [port80, port443] })],
        loadBalancers: [
          loadBalancer({ members: [nicMember(system)], ports: [{ port: 80 }, { port: 443 }] }),
        ],
        endpointSlices: [
          slice([endpoint('a', 'system-0')], { ports: bothPorts }),
          slice([endpoint('b', 'user-0')], { name: 'web-b', ports: bothPorts.slice(0, 1) }),
        ],
      },
      finds: [
        { ...critical, causes: ['node-missing-from-pool'], evidence: { ports: [{ port: 80 }] } },
      ],
    },
  ],
  quiet: [
    { name: 'a pod on each of two backend nodes', given: {} },
    {
      name: 'a group keeps the clients from one backend: another finding',
      given: behindTwoGroups(),
    },
    {
      name: 'uneven shares are another finding',
      given: { endpointSlices: pods('user-0', 'user-0', 'user-1') },
    },
    {
      name: 'a pod that is not ready does not starve',
      given: {
        endpointSlices: [slice([endpoint('a', 'user-0'), endpoint('b', 'gone', { ready: false })])],
      },
    },
    {
      name: 'nobody gets anything: another finding',
      given: { ...firstOnly([system, user]), endpointSlices: pods('user-0') },
    },
    {
      name: 'Cluster reaches pods on nodes outside the pool',
      given: {
        ...firstOnly([system, user]),
        services: [service({ externalTrafficPolicy: 'Cluster' })],
      },
    },
    {
      name: 'Cluster reaches pods on a virtual node',
      given: {
        ...firstOnly([system, virtualNode()]),
        services: [service({ externalTrafficPolicy: 'Cluster' })],
      },
    },
    {
      name: 'a backend without pods takes nothing from anybody',
      given: { endpointSlices: pods('user-0') },
    },
    {
      name: 'Basic, and the pods run on the VM set that it holds',
      given: {
        nodes: [system, user],
        loadBalancers: [loadBalancer({ sku: 'basic', members: [nicMember(user)] })],
        endpointSlices: pods('user-0', 'user-0'),
      },
    },
    {
      name: 'a machine of its own, found through its NIC',
      given: {
        nodes: [heldVm],
        networkInterfaces: [nicOf(heldVm)],
        loadBalancers: [loadBalancer({ members: [vmMember(heldVm)] })],
        endpointSlices: pods('user-1'),
      },
    },
    {
      name: 'the Service is being deleted',
      given: { ...firstOnly([system, user]), services: [service({ deleting: true })] },
    },
    {
      name: 'hints that every zone can follow',
      given: {
        services: [service({ externalTrafficPolicy: 'Cluster' })],
        endpointSlices: [
          slice([
            endpoint('a', 'user-0', { hintZones: ['0'] }),
            endpoint('b', 'user-1', { hintZones: ['0'] }),
          ]),
        ],
      },
    },
  ],
  boundary: [
    {
      name: 'half of the ready pods: critical',
      given: firstOnly([system, user]),
      finds: [{ ...critical, causes: ['node-missing-from-pool'] }],
    },
    {
      name: 'under half: high',
      given: {
        nodes: [system, user],
        loadBalancers: [loadBalancer({ members: [nicMember(system)] })],
        endpointSlices: pods('system-0', 'system-0', 'user-0'),
      },
      finds: [{ ...high, causes: ['node-missing-from-pool'] }],
    },
    {
      name: 'only ready pods count for the half',
      given: {
        nodes: [system, user],
        loadBalancers: [loadBalancer({ members: [nicMember(system)] })],
        endpointSlices: [
          slice([
            endpoint('a', 'system-0'),
            endpoint('b', 'system-0', { ready: false, serving: false }),
            endpoint('c', 'user-0'),
          ]),
        ],
      },
      finds: [{ ...critical, causes: ['node-missing-from-pool'] }],
    },
    {
      name: '120 pods: the lists end at 50 and the numbers do not',
      given: {
        nodes: [system, user],
        loadBalancers: [loadBalancer({ members: [nicMember(system)] })],
        endpointSlices: [
          slice(
            Array.from({ length: 120 }, (_, index) =>
              endpoint(`web-${String(index).padStart(3, '0')}`, index < 20 ? 'system-0' : 'user-0'),
            ),
          ),
        ],
      },
      finds: [
        {
          ...critical,
          causes: ['node-missing-from-pool'],
          evidence: { ports: [{ readyPods: 120, starvedPods: 100 }] },
        },
      ],
    },
  ],
  unknown: [
    {
      name: 'another controller serves the Service',
      given: {
        ...firstOnly([system, user]),
        services: [service({ loadBalancerClass: 'tailscale' })],
      },
      why: 'shop/web: another controller serves loadBalancerClass tailscale',
    },
    {
      name: 'a policy of a later Kubernetes',
      given: {
        ...firstOnly([system, user]),
        services: [service({ externalTrafficPolicy: 'Nearby' })],
      },
      why: 'shop/web: externalTrafficPolicy Nearby is not a known value',
    },
    {
      name: 'one node is closed by the group of its NIC, and the group of the other was not read',
      given: behindTwoGroups({ managedCluster: unread('403') }),
      why: 'shop/web: network security group of the node subnet was not read',
    },
  ],
});
