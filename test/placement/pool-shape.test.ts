import { describe, expect, test } from '@jest/globals';
import { poolShape, shapeFits } from '../../shared/placement/pool-labels.ts';
import type { NodeSelectorTerm, Requirement } from '../../shared/model/index.ts';
import { managedCluster, nodePool, podSpec } from '../builders/index.ts';

const cluster = managedCluster({ location: 'westus2' });
const pool = nodePool('user', {
  osType: 'Linux',
  zones: ['1', '2'],
  vmSizes: ['Standard_D4s_v5', 'Standard_D8s_v5'],
  labels: new Map([
    ['team', 'web'],
    ['kubernetes.azure.com/os-sku', 'own'],
  ]),
  nodeImageVersion: 'AKSUbuntu-2204gen2containerd-202610.01.0',
});
const shape = poolShape(pool, cluster);

function requirement(key: string, operator: string, ...values: readonly string[]): Requirement {
  return { key, operator, values };
}

function term(...matchExpressions: readonly Requirement[]): NodeSelectorTerm {
  return { matchExpressions, matchFields: [] };
}

describe('what ARM tells of the labels on the nodes of a pool', () => {
  test.each([
    { key: 'kubernetes.azure.com/agentpool', values: ['user'] },
    { key: 'agentpool', values: ['user'] },
    { key: 'kubernetes.azure.com/mode', values: ['user'] },
    { key: 'kubernetes.azure.com/role', values: ['agent'] },
    { key: 'kubernetes.io/os', values: ['linux'] },
    { key: 'beta.kubernetes.io/os', values: ['linux'] },
    { key: 'node.kubernetes.io/instance-type', values: ['Standard_D4s_v5', 'Standard_D8s_v5'] },
    { key: 'topology.kubernetes.io/region', values: ['westus2'] },
    { key: 'topology.kubernetes.io/zone', values: ['westus2-1', 'westus2-2'] },
    { key: 'kubernetes.azure.com/cluster', values: [cluster.nodeResourceGroup] },
    { key: 'kubernetes.azure.com/priority', values: ['regular'] },
    { key: 'kubernetes.azure.com/scalesetpriority', values: [undefined] },
    { key: 'kubernetes.azure.com/os-sku', values: ['own'] },
    { key: 'kubernetes.azure.com/os-sku-requested', values: ['Ubuntu'] },
    { key: 'kubernetes.azure.com/node-image-version', values: [pool.nodeImageVersion] },
    { key: 'kubernetes.azure.com/nodepool-type', values: ['VirtualMachineScaleSets'] },
    { key: 'team', values: ['web'] },
    { key: 'example.com/none', values: [undefined] },
    { key: '__proto__', values: [undefined] },
  ])('$key: $values', ({ key, values }) => {
    expect(shape.fact(key)).toEqual({ kind: 'values', values });
  });

  test.each([
    'kubernetes.io/arch',
    'kubernetes.io/hostname',
    'kubernetes.azure.com/os-sku-effective',
    'kubernetes.azure.com/fips_enabled',
    'storageprofile',
    'storagetier',
    'accelerator',
    'topology.disk.csi.azure.com/zone',
    'karpenter.sh/nodepool',
    'failure-domain.beta.kubernetes.io/zone',
  ])('%s cannot be told', (key) => {
    expect(shape.fact(key)).toEqual({ kind: 'unknown' });
  });

  test('without zones the zone label holds a fault domain, which nobody knows', () => {
    expect(poolShape(nodePool('user'), cluster).fact('topology.kubernetes.io/zone')).toEqual({
      kind: 'unknown',
    });
  });

  test('a Spot pool says so', () => {
    const spot = poolShape(nodePool('spot', { spot: true }), cluster);
    expect(spot.fact('kubernetes.azure.com/priority')).toEqual({
      kind: 'values',
      values: ['spot'],
    });
    expect(spot.fact('kubernetes.azure.com/scalesetpriority')).toEqual({
      kind: 'values',
      values: ['spot'],
    });
  });
});

describe('selector and affinity against the shape of a pool', () => {
  const zone = (...values: readonly string[]) =>
    requirement('topology.kubernetes.io/zone', 'In', ...values);
  const size = (...values: readonly string[]) =>
    requirement('node.kubernetes.io/instance-type', 'In', ...values);

  test.each([
    { what: 'no affinity', terms: undefined, answer: 'yes' },
    { what: 'no term', terms: [], answer: 'no' },
    { what: 'an empty term', terms: [term()], answer: 'no' },
    { what: 'one zone of two', terms: [term(zone('westus2-1'))], answer: 'some' },
    { what: 'both zones', terms: [term(zone('westus2-1', 'westus2-2'))], answer: 'yes' },
    { what: 'another zone', terms: [term(zone('westus2-3'))], answer: 'no' },
    {
      what: 'two zones at once',
      terms: [term(zone('westus2-1'), zone('westus2-2'))],
      answer: 'no',
    },
    {
      what: 'a zone and a size',
      terms: [term(zone('westus2-1'), size('Standard_D4s_v5'))],
      answer: 'unknown',
    },
    {
      what: 'a zone or the other',
      terms: [term(zone('westus2-1')), term(zone('westus2-2'))],
      answer: 'some',
    },
    {
      what: 'what nobody knows',
      terms: [term(requirement('kubernetes.io/arch', 'In', 'arm64'))],
      answer: 'unknown',
    },
    {
      what: 'what nobody knows and what is not there',
      terms: [term(requirement('kubernetes.io/arch', 'In', 'arm64'), requirement('gpu', 'Exists'))],
      answer: 'no',
    },
    {
      what: 'what nobody knows or what is there',
      terms: [
        term(requirement('kubernetes.io/arch', 'In', 'arm64')),
        term(requirement('team', 'Exists')),
      ],
      answer: 'yes',
    },
    {
      what: 'not a label that is not there',
      terms: [term(requirement('gpu', 'NotIn', 'yes'))],
      answer: 'yes',
    },
    { what: 'a term with a fault', terms: [term(requirement('team', 'In'))], answer: 'no' },
    {
      what: 'the name of a node',
      terms: [{ matchExpressions: [], matchFields: [requirement('metadata.name', 'In', 'n')] }],
      answer: 'unknown',
    },
    {
      what: 'two names at once, which no node has',
      terms: [
        {
          matchExpressions: [],
          matchFields: ['n', 'm'].map((name) => requirement('metadata.name', 'In', name)),
        },
      ],
      answer: 'no',
    },
  ])('$what: $answer', ({ terms, answer }) => {
    expect(shapeFits(podSpec({ requiredNodeAffinity: terms }), shape)).toBe(answer);
  });

  test.each([
    { selector: { team: 'web' }, answer: 'yes' },
    { selector: { team: 'Web' }, answer: 'no' },
    { selector: { 'kubernetes.io/arch': 'arm64' }, answer: 'unknown' },
    { selector: { 'topology.kubernetes.io/zone': 'westus2-1' }, answer: 'some' },
  ])('selector $selector: $answer', ({ selector, answer }) => {
    const spec = podSpec({ nodeSelector: new Map(Object.entries(selector)) });
    expect(shapeFits(spec, shape)).toBe(answer);
  });

  test('selector and affinity speak of the same node', () => {
    const spec = podSpec({
      nodeSelector: new Map([['topology.kubernetes.io/zone', 'westus2-1']]),
      requiredNodeAffinity: [term(zone('westus2-2'))],
    });
    expect(shapeFits(spec, shape)).toBe('no');
  });
});
