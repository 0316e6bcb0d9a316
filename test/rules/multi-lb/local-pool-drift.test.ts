import { localPoolDrift } from '../../../shared/rules/multi-lb/local-pool-drift.ts';
import { unread, type EndpointSlice, type Node } from '../../../shared/model/index.ts';
import {
  endpoint,
  excludedNode,
  ipMember,
  loadBalancer,
  node,
  service,
  slice,
  virtualNode,
  vmMember,
  vmNode,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';
import {
  balancer,
  gateway,
  gatewaySlice,
  keyOf,
  ledger,
  onKubernetes,
  payers,
  portal,
  several,
  system,
  users,
} from './several.ts';

const found = { subject: 'Service payments/gateway', severity: 'high' } as const;
const missing = { ...found, causes: ['node-missing-from-pool'] } as const;
const extra = { ...found, causes: ['extra-node-in-pool'] } as const;

/** The own pool of the gateway, and where its endpoints are. */
function own(
  nodes: readonly Node[],
  slices: readonly EndpointSlice[],
  poolName = 'payments-gateway',
) {
  return several({
    endpointSlices: slices,
    loadBalancers: [
      balancer('kubernetes', ...onKubernetes),
      balancer('payments', { nodes: payers, of: ledger }, { nodes, poolName, of: gateway }),
    ],
  });
}

const away = slice(
  [
    endpoint('gateway-0', 'pay-0'),
    endpoint('gateway-1', 'pay-1', { ready: false, serving: false }),
  ],
  {
    namespace: 'payments',
    name: 'gateway-abcde',
    service: 'gateway',
  },
);

describeRule(localPoolDrift, {
  fires: [
    {
      name: 'a node with a pod is missing',
      given: own([payers[0]], [gatewaySlice('pay-0', 'pay-1')]),
      finds: [
        {
          ...missing,
          evidence: {
            pools: ['payments-gateway'],
            missing: ['pay-1'],
            extra: [],
            starvedPods: ['gateway-1'],
          },
        },
      ],
    },
    {
      name: 'a node of another configuration belongs in it as well',
      given: own(payers, [gatewaySlice('pay-0', 'pay-1', 'user-0')]),
      finds: [{ ...missing, evidence: { missing: ['user-0'] } }],
    },
    {
      name: 'a node without a pod is in it',
      given: own([...payers, users[0]], [gatewaySlice('pay-0', 'pay-1')]),
      finds: [{ ...extra, evidence: { extra: ['user-0'], starvedPods: [] } }],
    },
    {
      name: 'both: the pod has moved and the pool has not',
      given: own([payers[0]], [gatewaySlice('pay-1')]),
      finds: [{ ...found, causes: ['extra-node-in-pool', 'node-missing-from-pool'] }],
    },
    {
      name: 'its rules send to the shared pool, which has no node of its other pod',
      given: several({
        endpointSlices: [gatewaySlice('pay-0', 'user-0')],
        loadBalancers: [
          balancer('kubernetes', ...onKubernetes),
          balancer('payments', { nodes: payers, of: ledger }, { nodes: payers, of: gateway }),
        ],
      }),
      finds: [{ ...found, causes: ['node-missing-from-pool', 'not-its-own-pool'] }],
    },
  ],
  quiet: [
    { name: 'the pool holds the nodes of the pods', given: several() },
    {
      name: 'one load balancer only: its pool is shared by right',
      given: { ...own([], [gatewaySlice('pay-0')]), loadBalancerConfigurations: [] },
    },
    {
      name: 'a Service with Cluster',
      given: several({
        services: [portal, { ...gateway, externalTrafficPolicy: 'Cluster' }, ledger],
      }),
    },
    {
      name: 'a Service without a rule yet',
      given: several({
        services: [portal, service({ namespace: 'payments', name: 'new', uid: 'f'.repeat(36) })],
      }),
    },
    {
      name: 'an entry that is no node: another rule',
      given: several({
        loadBalancers: [
          balancer('kubernetes', ...onKubernetes),
          balancer(
            'payments',
            { nodes: payers, of: ledger },
            {
              nodes: [...payers, node('pay-9')],
              poolName: 'payments-gateway',
              of: gateway,
            },
          ),
        ],
      }),
    },
    {
      name: 'a pod on a node that is labelled out',
      given: {
        ...own(payers, [gatewaySlice('pay-0', 'pay-1', 'out-0')]),
        nodes: [system, ...users, ...payers, excludedNode('out-0')],
      },
    },
    {
      name: 'a node that is labelled out is still in it: another rule',
      given: {
        ...own([...payers, excludedNode('out-0')], [gatewaySlice('pay-0', 'pay-1')]),
        nodes: [system, ...users, ...payers, excludedNode('out-0')],
      },
    },
    {
      name: 'a pod on a virtual node',
      given: {
        ...own(payers, [gatewaySlice('pay-0', 'pay-1', 'virtual-node-aci-linux')]),
        nodes: [system, ...users, ...payers, virtualNode()],
      },
    },
    {
      name: 'two Services that fight over one pool: another rule',
      given: several({
        services: [
          service({ namespace: 'a-b', name: 'c', uid: 'e'.repeat(36) }),
          service({ namespace: 'a', name: 'b-c', uid: 'f'.repeat(36) }),
        ],
        endpointSlices: [],
        loadBalancers: [
          balancer(
            'kubernetes',
            { nodes: [system], poolName: 'a-b-c', of: { uid: 'e'.repeat(36) } },
            { nodes: [system], poolName: 'a-b-c', of: { uid: 'f'.repeat(36) } },
          ),
        ],
      }),
    },
  ],
  boundary: [
    {
      name: 'its pods moved four minutes ago',
      given: own(
        [payers[0]],
        [{ ...gatewaySlice('pay-0', 'pay-1'), lastChangeAt: '2026-11-23T05:56:00Z' }],
      ),
      finds: [{ ...missing, severity: 'info' }],
    },
    {
      name: 'its pods moved five minutes ago',
      given: own(
        [payers[0]],
        [{ ...gatewaySlice('pay-0', 'pay-1'), lastChangeAt: '2026-11-23T05:55:00Z' }],
      ),
      finds: [missing],
    },
    {
      name: 'a pod that is not ready counts for the pool, and starves by itself',
      given: own([payers[0]], [away]),
      finds: [{ ...missing, evidence: { missing: ['pay-1'], starvedPods: [] } }],
    },
    {
      name: 'no EndpointSlice at all: every node belongs',
      given: own([system, ...users, ...payers], []),
      finds: [],
    },
    {
      name: 'a slice without endpoints: none belongs',
      given: own(payers, [gatewaySlice()]),
      finds: [{ ...extra, evidence: { extra: ['pay-0', 'pay-1'] } }],
    },
    {
      name: 'its rules send to the shared pool, which happens to hold all that it needs',
      given: several({
        loadBalancers: [
          balancer('kubernetes', ...onKubernetes),
          balancer('payments', { nodes: payers, of: ledger }, { nodes: payers, of: gateway }),
        ],
      }),
      finds: [],
    },
    {
      name: 'the name of the pool in capitals',
      given: own(payers, [gatewaySlice('pay-0', 'pay-1')], 'PAYMENTS-gateway'),
      finds: [],
    },
    {
      name: 'an address of IPv6 belongs in the other pool',
      given: {
        ...several(),
        nodes: [system, ...users, payers[0], node('pay-1', { internalIps: ['fd00::9'] })],
        loadBalancers: [
          balancer('kubernetes', ...onKubernetes),
          balancer(
            'payments',
            { nodes: [payers[0]], of: ledger },
            {
              nodes: [payers[0]],
              poolName: 'payments-gateway',
              of: gateway,
            },
          ),
        ],
      },
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'entries by NIC that lead nowhere',
      given: several({
        networkInterfaces: unread('403'),
        loadBalancers: [
          loadBalancer({
            name: 'payments',
            poolName: 'payments-gateway',
            key: keyOf(gateway),
            members: [ipMember(payers[0]), vmMember(vmNode('pay-1'))],
          }),
        ],
      }),
      why: 'payments/gateway: networkInterfaces: 403',
    },
  ],
});
