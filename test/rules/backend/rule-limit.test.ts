import { ruleLimit } from '../../../shared/rules/backend/rule-limit.ts';
import { unread, type LoadBalancer } from '../../../shared/model/index.ts';
import {
  ipMember,
  loadBalancer,
  nicMember,
  node,
  vmMember,
  vmNode,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const a = node('user-0');
const b = node('user-1');
const found = {
  subject: 'LoadBalancer kubernetes',
  severity: 'medium',
  causes: ['nic-limit'],
} as const;
const whole = { ...found, causes: ['load-balancer-limit'] } as const;

/** A load balancer with so many rules. */
function withRules(count: number, changes: LoadBalancerChanges = {}): LoadBalancer {
  return loadBalancer({
    members: [nicMember(a)],
    ports: Array.from({ length: count }, (_, at) => ({ port: at + 1 })),
    ...changes,
  });
}

function given(...loadBalancers: readonly LoadBalancer[]): SnapshotChanges {
  return { nodes: [a, b], loadBalancers };
}

describeRule(ruleLimit, {
  fires: [
    {
      name: 'a NIC with most of the rules that it may have',
      given: given(withRules(290)),
      finds: [
        {
          ...found,
          evidence: { rules: 290, limit: 1500, nicRules: 290, nicLimit: 300, node: 'user-0' },
        },
      ],
    },
    {
      name: 'the rules of both load balancers count on one NIC: one finding, on the larger',
      given: given(withRules(200), withRules(60, { name: 'kubernetes-internal' })),
      finds: [{ ...found, evidence: { rules: 200, nicRules: 260 } }],
    },
    {
      name: 'a load balancer by the sum of what its NICs share',
      given: given(withRules(1200, { members: [] })),
      finds: [{ ...whole, evidence: { rules: 1200, limit: 1500 } }],
    },
    {
      name: 'Basic has a limit of its own',
      given: given(withRules(210, { sku: 'basic' })),
      finds: [{ ...whole, evidence: { rules: 210, limit: 250 } }],
    },
    {
      name: 'by address, and over both limits',
      given: given(withRules(1300, { members: [ipMember(a)] })),
      finds: [{ ...found, causes: ['load-balancer-limit', 'nic-limit'] }],
    },
  ],
  quiet: [
    { name: 'a rule or two', given: {} },
    {
      name: 'rules over two NICs that share none',
      given: given(withRules(150), withRules(150, { name: 'second', members: [nicMember(b)] })),
    },
    {
      name: 'Basic: what would be much for a NIC of Standard',
      given: given(withRules(190, { sku: 'basic' })),
    },
    { name: 'many rules to an empty pool', given: given(withRules(500, { members: [] })) },
    { name: 'no load balancer', given: { loadBalancers: [] } },
  ],
  boundary: [
    { name: '240 of 300 for a NIC', given: given(withRules(240)), finds: [found] },
    { name: '239 of 300 for a NIC', given: given(withRules(239)), finds: [] },
    {
      name: '199 of 250 for Basic',
      given: given(withRules(199, { sku: 'basic' })),
      finds: [],
    },
    {
      name: '200 of 250 for Basic',
      given: given(withRules(200, { sku: 'basic' })),
      finds: [whole],
    },
    {
      name: 'inbound NAT rules count with the load balancer’s own',
      given: given(withRules(1199, { members: [], inboundNatRuleCount: 1 })),
      finds: [whole],
    },
    {
      name: 'a rule that could not be read is one',
      given: given(withRules(1199, { members: [], unreadableRules: ['odd'] })),
      finds: [whole],
    },
    {
      name: 'two entries of one NIC in a pool count once',
      given: given(withRules(200, { members: [nicMember(a), nicMember(a)] })),
      finds: [],
    },
    {
      name: 'NICs are told apart although nobody read what they are',
      given: {
        ...given(withRules(240, { members: [vmMember(vmNode('vm-0'))] })),
        networkInterfaces: unread('403'),
      },
      finds: [found],
    },
  ],
  unknown: [
    {
      name: 'a load balancer of a kind without a known limit',
      given: given(withRules(1, { sku: 'gateway' })),
      why: 'kubernetes: the limit for SKU gateway is not known',
    },
    {
      name: 'the rules could not be read',
      given: given(withRules(0, { unreadableRules: [''] })),
      why: 'kubernetes: its rules could not be read',
    },
  ],
});
