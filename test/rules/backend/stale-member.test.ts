import { staleMember } from '../../../shared/rules/backend/stale-member.ts';
import { unread, type BackendMember } from '../../../shared/model/index.ts';
import {
  ipMember,
  loadBalancer,
  nicMember,
  nicOf,
  node,
  service,
  staleMember as gone,
  vmMember,
  vmNode,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const a = node('user-0');
const b = node('user-1');
const nodes = [a, b];
const found = {
  subject: 'LoadBalancer kubernetes',
  severity: 'medium',
  causes: ['stale-member'],
} as const;
const lossy = { ...found, severity: 'high', causes: ['no-probe', 'stale-member'] } as const;

/** Two nodes, and whatever else stands in the pool. */
function beside(members: readonly BackendMember[], changes: LoadBalancerChanges = {}) {
  return {
    nodes,
    loadBalancers: [loadBalancer({ members: [...nodes.map(nicMember), ...members], ...changes })],
  } satisfies SnapshotChanges;
}

const address = { kind: 'ip', ip: '10.224.9.9', name: 'aks-user-9' } as const;

describeRule(staleMember, {
  fires: [
    {
      name: 'an instance that no node is',
      given: beside([gone()]),
      finds: [
        {
          ...found,
          evidence: {
            members: ['aks-gone-12345678-vmss/99'],
            pools: ['kubernetes/kubernetes'],
            rulesWithoutProbe: [],
            lostAtMost: 0,
          },
        },
      ],
    },
    {
      name: 'a rule without a probe goes on sending there',
      given: beside([gone(), gone(98)], { probe: 'none' }),
      finds: [{ ...lossy, evidence: { lostAtMost: 0.5 } }],
    },
    {
      name: 'an address that no node has',
      given: {
        nodes,
        loadBalancers: [loadBalancer({ members: [...nodes.map(ipMember), address] })],
      },
      finds: [{ ...found, evidence: { members: ['10.224.9.9'] } }],
    },
    {
      name: 'the NIC of a machine that is no node of this cluster',
      given: {
        ...beside([vmMember(vmNode('foreign'))]),
        networkInterfaces: [nicOf(vmNode('foreign'))],
      },
      finds: [{ ...found, evidence: { members: ['foreign-nic'] } }],
    },
    {
      name: 'one finding for each load balancer, however many entries and pools',
      given: {
        nodes,
        services: [service(), service({ name: 'api', uid: 'b'.repeat(36) })],
        loadBalancers: [
          loadBalancer({ members: [gone(), gone(98)] }),
          loadBalancer({
            name: 'kubernetes-internal',
            members: [gone()],
            key: `a${'b'.repeat(31)}`,
          }),
        ],
      },
      finds: [found, { ...found, subject: 'LoadBalancer kubernetes-internal' }],
    },
  ],
  quiet: [
    { name: 'every entry is a node', given: {} },
    {
      name: 'a node that is not Ready is still one',
      given: { nodes: [a, node('user-1', { ready: 'false' })], ...only(nodes.map(nicMember)) },
    },
    {
      name: 'the id of an entry is spelt in another letter case than the node spells it',
      given: {
        nodes: [a, node('user-1', { providerId: b.providerId.toUpperCase() })],
        ...only(nodes.map(nicMember)),
      },
    },
    {
      name: 'in the outbound pool, through which nothing comes in',
      given: {
        nodes,
        loadBalancers: [
          {
            ...loadBalancer({ members: nodes.map(nicMember) }),
            backendPools: [
              ...loadBalancer({ members: nodes.map(nicMember) }).backendPools,
              ...loadBalancer({ poolName: 'aksOutboundBackendPool', members: [gone()] })
                .backendPools,
            ],
          },
        ],
      },
    },
    {
      name: 'a pool of somebody else’s load balancer in the same group',
      given: {
        nodes,
        loadBalancers: [
          loadBalancer({ members: nodes.map(nicMember) }),
          loadBalancer({ name: 'legacy', key: 'legacy', members: [gone()] }),
        ],
      },
    },
  ],
  boundary: [
    {
      name: 'an entry that somebody has set down takes nothing, probe or not',
      given: beside([{ ...gone(), adminState: 'down' }], { probe: 'none' }),
      finds: [found],
    },
    {
      name: 'an entry that somebody has set up takes its part, probe or not',
      given: beside([{ ...gone(), adminState: 'up' }]),
      finds: [lossy],
    },
    {
      name: 'one machine with two entries counts once',
      given: beside([gone(), gone()], { probe: 'none' }),
      finds: [
        { ...lossy, evidence: { members: ['aks-gone-12345678-vmss/99'], lostAtMost: 0.3333 } },
      ],
    },
  ],
  unknown: [
    {
      name: 'NICs that lead to members were not read',
      given: { ...beside([vmMember(vmNode('foreign'))]), networkInterfaces: unread('403') },
      why: 'kubernetes: networkInterfaces: 403',
    },
    {
      name: 'a load balancer of a kind that keeps pods in its pools',
      given: beside([gone()], { sku: 'service' }),
      why: 'load balancer kubernetes has SKU service',
    },
  ],
});

function only(members: readonly BackendMember[]): SnapshotChanges {
  return { loadBalancers: [loadBalancer({ members })] };
}
