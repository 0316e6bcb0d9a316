import { describe, expect, test } from '@jest/globals';
import {
  chooseBasicLoadBalancer,
  selectVmSets,
  type ModeInputs,
} from '../../shared/load-balancing/index.ts';

type ModeNode = ModeInputs['nodes'][number];

function on(vmSet: string | undefined, labels: Readonly<Record<string, string>> = {}): ModeNode {
  return { name: 'n', vmSet, labels: new Map(Object.entries(labels)) };
}

const exclude = { 'node.kubernetes.io/exclude-from-external-load-balancers': 'false' };
const controlPlane = { 'node-role.kubernetes.io/control-plane': '' };
const basic = {
  vmType: 'vmss',
  sku: 'basic',
  primaryVmSet: 'primary',
  mode: undefined,
  nodes: [on('A'), on('b')],
};

describe('the VM sets that a mode picks', () => {
  test.each([
    { what: 'no annotation', changes: {}, answer: { vmSets: ['primary'] } },
    { what: 'Standard', changes: { sku: 'Standard', mode: 'b' }, answer: { vmSets: ['primary'] } },
    { what: 'a name, as ARM spells it', changes: { mode: ' a ' }, answer: { vmSets: ['A'] } },
    {
      what: 'an availability set, as the annotation spells it',
      changes: { vmType: 'standard', mode: 'a' },
      answer: { vmSets: ['a'] },
    },
    { what: 'auto', changes: { mode: '__AUTO__ ' }, answer: { vmSets: ['A', 'b'] } },
    {
      what: 'auto over availability sets',
      changes: { vmType: 'Standard', mode: '__auto__' },
      answer: { vmSets: ['a', 'b'] },
    },
    {
      what: 'one entry per node',
      changes: { mode: '__auto__', nodes: [on('A'), on('A')] },
      answer: { vmSets: ['A', 'A'] },
    },
    {
      what: 'a list is one name',
      changes: { mode: 'A,b' },
      answer: { error: 'scale set not found' },
    },
    {
      what: 'an empty value is a name',
      changes: { mode: '' },
      answer: { error: 'scale set not found' },
    },
    {
      what: 'a wrong availability set',
      changes: { vmType: 'standard', mode: 'x' },
      answer: { error: 'availability set (x) - not found' },
    },
    {
      what: 'a wrong Flexible set',
      changes: { vmType: 'vmssflex', mode: 'x' },
      answer: { error: 'scale set (x) - not found' },
    },
    {
      what: 'no set at all',
      changes: { mode: 'A', nodes: [on(undefined), on(undefined)] },
      answer: { error: 'no scale sets found for nodes, node count(2)' },
    },
    {
      what: 'no availability set at all',
      changes: { vmType: 'standard', mode: '__auto__', nodes: [] },
      answer: { error: 'no availability sets found for nodes, node count(0)' },
    },
    {
      what: 'no Flexible set at all',
      changes: { vmType: 'vmssflex', mode: '__auto__', nodes: [on(undefined)] },
      answer: { vmSets: [] },
    },
    {
      what: 'control plane nodes do not count',
      changes: { mode: 'A', nodes: [on('A', controlPlane), on('b')] },
      answer: { error: 'scale set not found' },
    },
    {
      what: 'excluded nodes do not count, whatever the value',
      changes: { mode: 'A', nodes: [on('A', exclude), on('b')] },
      answer: { error: 'scale set not found' },
    },
    {
      what: 'unmanaged nodes do not count',
      changes: {
        mode: 'A',
        nodes: [on('A', { 'kubernetes.azure.com/managed': 'false' }), on('b')],
      },
      answer: { error: 'scale set not found' },
    },
    {
      what: 'nodes of another group do not count',
      changes: {
        mode: 'A',
        nodeResourceGroup: 'rg',
        nodes: [on('A', { 'kubernetes.azure.com/resource-group': 'x' }), on('b')],
      },
      answer: { error: 'scale set not found' },
    },
    {
      what: 'excluded nodes of an availability set do',
      changes: { vmType: 'standard', mode: 'A', nodes: [on('A', exclude)] },
      answer: { vmSets: ['A'] },
    },
    {
      what: 'a node without a machine',
      changes: { mode: 'A', nodes: [on('A'), { ...on(undefined), unresolvable: true }] },
      answer: {
        error:
          'GetAgentPoolVMSetNames: failed to execute getAgentPoolScaleSets: not a vmss instance',
      },
    },
  ])('$what: $answer', ({ changes, answer }) => {
    expect(selectVmSets({ ...basic, ...changes })).toEqual(answer);
  });
});

function lb(name: string, ruleCount: number) {
  return { name, ruleCount };
}

describe('the load balancer of a new Service', () => {
  const inputs = {
    vmSets: ['primary', 'b', 'c'],
    clusterName: 'kubernetes',
    primaryVmSet: 'Primary',
    internal: false,
    sku: 'basic',
  };

  test.each([
    {
      what: 'the first that does not exist',
      existing: [lb('kubernetes', 0)],
      answer: { name: 'b' },
    },
    {
      what: 'the fewest rules',
      existing: [lb('kubernetes', 3), lb('B', 1), lb('c', 2)],
      answer: { name: 'B' },
    },
    {
      what: 'the first of equals',
      existing: [lb('c', 1), lb('b', 1), lb('kubernetes', 1)],
      answer: { name: 'kubernetes' },
    },
    {
      what: 'the other side does not count',
      existing: [lb('kubernetes-internal', 0), lb('b', 1), lb('c', 1)],
      answer: { name: 'kubernetes' },
    },
    {
      what: 'full',
      existing: [lb('kubernetes', 250), lb('b', 251), lb('c', 300)],
      answer: { error: 'all available load balancers have exceeded maximum rule limit 250' },
    },
    {
      what: 'not quite full',
      existing: [lb('kubernetes', 249), lb('b', 251), lb('c', 300)],
      answer: { name: 'kubernetes' },
    },
  ])('$what: $answer', ({ existing, answer }) => {
    expect(chooseBasicLoadBalancer({ ...inputs, existing })).toEqual(answer);
  });

  test('internal ones carry the suffix', () => {
    const existing = [lb('kubernetes-internal', 1)];
    expect(chooseBasicLoadBalancer({ ...inputs, internal: true, existing })).toEqual({
      name: 'b-internal',
    });
  });
});
