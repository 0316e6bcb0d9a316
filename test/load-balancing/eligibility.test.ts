import { describe, expect, test } from '@jest/globals';
import {
  clusterTopology,
  excludeLabel,
  nicObstacles,
  nodeEligibility,
  scaleSetObstacle,
  type NicFacts,
} from '../../shared/load-balancing/index.ts';
import {
  armId,
  read,
  unread,
  type ArmId,
  type BackendPool,
  type LoadBalancer,
  type ManagedCluster,
  type NetworkInterface,
  type Node,
  type Read,
} from '../../shared/model/index.ts';
import {
  childId,
  ipMember,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  nodeGroup,
  taint,
} from '../builders/index.ts';

const exclude = 'node.kubernetes.io/exclude-from-external-load-balancers';

function labelled(...labels: readonly (readonly [string, string])[]): Node {
  return node('user-0', { labels: new Map(labels) });
}

interface Situation {
  readonly loadBalancer?: LoadBalancer;
  readonly others?: readonly LoadBalancer[];
  readonly cluster?: Read<ManagedCluster>;
  readonly interfaces?: readonly NetworkInterface[];
  readonly pool?: BackendPool;
}

/** Judged for pool `kubernetes` by NIC of a Standard load balancer with another node in it. */
function judge(of: Node, situation: Situation = {}) {
  const neighbour = node('user-9');
  const own = situation.loadBalancer ?? loadBalancer({ members: [nicMember(neighbour)] });
  const cluster = situation.cluster ?? read(managedCluster());
  const topology = clusterTopology({
    nodes: [neighbour, of],
    networkInterfaces: read(situation.interfaces ?? []),
    virtualMachines: read([]),
    managedCluster: cluster,
    loadBalancers: read([own, ...(situation.others ?? [])]),
  });
  const pool = situation.pool ?? own.backendPools[0];
  return nodeEligibility(of, {
    loadBalancer: own,
    ...(pool !== undefined && { pool }),
    topology,
    managedCluster: cluster,
  });
}

const ipPool = loadBalancer({ members: [ipMember(node('user-9'))] });

describe('the exclude label', () => {
  test.each([
    { value: 'true', serviceController: true },
    { value: '', serviceController: true },
    { value: 'foo', serviceController: true },
    { value: 'False', serviceController: false },
    { value: 'FALSE', serviceController: false },
    { value: 'fALSE', serviceController: true },
    { value: '0', serviceController: false },
    { value: 'f', serviceController: false },
  ])(
    '"$value": the service controller excludes: $serviceController',
    ({ value, serviceController }) => {
      expect(excludeLabel(labelled([exclude, value]))).toEqual({
        present: true,
        serviceController,
        cloudProvider: true,
      });
    },
  );

  test('absent, nobody excludes', () => {
    expect(excludeLabel(labelled())).toEqual({
      present: false,
      serviceController: false,
      cloudProvider: false,
    });
  });
});

describe('may a node be a backend by NIC', () => {
  test.each([
    { what: 'nothing against it', of: node('user-0'), reasons: [] },
    {
      what: 'NotReady, cordoned and tainted',
      of: node('user-0', {
        ready: 'false',
        unschedulable: true,
        taints: [taint('node.kubernetes.io/unreachable:NoExecute')],
      }),
      reasons: [],
    },
    { what: 'no providerID', of: node('user-0', { providerId: '' }), reasons: [] },
    { what: 'being deleted', of: node('user-0', { deleting: true }), reasons: ['deleting'] },
    {
      what: 'the autoscaler is about to delete it',
      of: node('user-0', { taints: [taint('ToBeDeletedByClusterAutoscaler=1:NoSchedule')] }),
      reasons: ['autoscaler-taint'],
    },
    {
      what: 'a candidate of the autoscaler',
      of: node('user-0', {
        taints: [taint('DeletionCandidateOfClusterAutoscaler=1:PreferNoSchedule')],
      }),
      reasons: [],
    },
    { what: 'excluded', of: labelled([exclude, 'true']), reasons: ['exclude-label'] },
    {
      what: 'excluded with "false": the provider looks at the key',
      of: labelled([exclude, 'false']),
      reasons: ['exclude-label'],
    },
    {
      what: 'unmanaged',
      of: labelled(['kubernetes.azure.com/managed', 'False']),
      reasons: ['unmanaged'],
    },
    {
      what: 'of another group',
      of: labelled(['kubernetes.azure.com/resource-group', 'other']),
      reasons: ['other-resource-group'],
    },
    {
      what: 'of its own group in other letters',
      of: labelled(['kubernetes.azure.com/resource-group', nodeGroup.toUpperCase()]),
      reasons: [],
    },
    {
      what: 'control plane',
      of: labelled(['node-role.kubernetes.io/control-plane', '']),
      reasons: ['control-plane'],
    },
    {
      what: 'master by its old label',
      of: labelled(['kubernetes.io/role', 'master']),
      reasons: ['control-plane'],
    },
    { what: 'a role of its own', of: labelled(['kubernetes.io/role', 'agent']), reasons: [] },
    {
      what: 'a virtual node',
      of: labelled(['type', 'virtual-kubelet']),
      reasons: ['virtual-node'],
    },
    {
      what: 'two reasons',
      of: { ...labelled([exclude, 'true']), deleting: true },
      reasons: ['deleting', 'exclude-label'],
    },
  ])('$what: $reasons', ({ of, reasons }) => {
    expect(judge(of)).toEqual({ answer: reasons.length === 0 ? 'yes' : 'no', reasons });
  });

  const held = loadBalancer({ name: 'other', members: [nicMember(node('user-0'))] });
  const twin = loadBalancer({ name: 'kubernetes-internal', members: [nicMember(node('user-0'))] });
  const outbound = loadBalancer({
    name: 'other',
    poolName: 'aksOutboundBackendPool',
    members: [nicMember(node('user-0'))],
  });

  test.each([
    {
      what: 'a NIC of another load balancer',
      others: [held],
      reasons: ['held-by-other-load-balancer'],
    },
    { what: 'a NIC of the internal twin', others: [twin], reasons: [] },
    { what: 'a NIC in an outbound pool', others: [outbound], reasons: [] },
  ])('$what: $reasons', ({ others, reasons }) => {
    expect(judge(node('user-0'), { others }).reasons).toEqual(reasons);
  });
});

describe('machines without a scale set', () => {
  const vm = `/subscriptions/s/resourceGroups/${nodeGroup}/providers/Microsoft.Compute/virtualMachines/vm-0`;
  const onVm = node('vm-0', { providerId: `azure://${vm}` });
  const nic: NetworkInterface = {
    id: armId(`${vm}-nic`.replace('Compute/virtualMachines', 'Network/networkInterfaces')),
    name: 'vm-0-nic',
    resourceGroup: nodeGroup,
    virtualMachineId: armId(vm),
    provisioningState: 'succeeded',
    ipConfigurations: [],
  };
  const ofOther = {
    id: armId(`${nic.id}/ipConfigurations/c`),
    primary: true,
    family: 'IPv4' as const,
    backendPoolIds: [childId('other', 'backendAddressPools', 'p')],
  };

  test.each([
    { what: 'a sound NIC', interfaces: [nic], reasons: [] },
    {
      what: 'a failed NIC',
      interfaces: [{ ...nic, provisioningState: 'failed' }],
      reasons: ['nic-failed'],
    },
    {
      what: 'a NIC that lists another pool',
      interfaces: [{ ...nic, ipConfigurations: [ofOther] }],
      reasons: ['held-by-other-load-balancer'],
    },
    { what: 'no NIC that was read', interfaces: [], reasons: [] },
  ])('$what: $reasons', ({ interfaces, reasons }) => {
    expect(judge(onVm, { interfaces }).reasons).toEqual(reasons);
  });
});

describe('Basic takes one VM set', () => {
  const basic = loadBalancer({ sku: 'basic', members: [nicMember(node('user-9'))] });

  test.each([
    { what: 'of the set of its members', of: node('user-0'), answer: 'yes', reasons: [] },
    { what: 'of another set', of: node('system-0'), answer: 'no', reasons: ['other-vm-set'] },
    {
      what: 'of no known set',
      of: node('user-0', { providerId: '' }),
      answer: 'unknown',
      reasons: [],
    },
    {
      what: 'control plane of its set',
      of: labelled(['node-role.kubernetes.io/control-plane', '']),
      answer: 'yes',
      reasons: [],
    },
  ])('$what: $answer', ({ of, answer, reasons }) => {
    expect(judge(of, { loadBalancer: basic })).toEqual({ answer, reasons });
  });

  test('a load balancer named like a set takes that one, whatever is in it', () => {
    const named = loadBalancer({
      sku: 'basic',
      name: 'AKS-system-12345678-VMSS-internal',
      members: [],
    });
    expect(judge(node('system-0'), { loadBalancer: named }).answer).toBe('yes');
    expect(judge(node('user-0'), { loadBalancer: named }).reasons).toEqual(['other-vm-set']);
  });

  test('an empty one takes the set of the first system pool', () => {
    const empty = loadBalancer({ sku: 'basic', members: [] });
    expect(judge(node('system-0'), { loadBalancer: empty }).answer).toBe('yes');
    expect(judge(node('user-0'), { loadBalancer: empty, cluster: unread('403') }).answer).toBe(
      'unknown',
    );
  });
});

describe('may a node be a backend by address', () => {
  const dual = { internalIps: ['10.224.4.4', 'fd00::4'] };

  test.each([
    { what: 'nothing against it', of: node('user-0'), reasons: [] },
    {
      what: 'unmanaged: taken out and put back',
      of: labelled(['kubernetes.azure.com/managed', 'false']),
      reasons: [],
    },
    {
      what: 'of another group',
      of: labelled(['kubernetes.azure.com/resource-group', 'other']),
      reasons: [],
    },
    {
      what: 'excluded with "false": taken out and put back',
      of: labelled([exclude, 'false']),
      reasons: [],
    },
    { what: 'excluded', of: labelled([exclude, 'true']), reasons: ['exclude-label'] },
    {
      what: 'control plane',
      of: labelled(['node-role.kubernetes.io/master', '']),
      reasons: ['control-plane'],
    },
    {
      what: 'without an address',
      of: node('user-0', { internalIps: [] }),
      reasons: ['no-address-of-family'],
    },
  ])('$what: $reasons', ({ of, reasons }) => {
    expect(judge(of, { loadBalancer: ipPool }).reasons).toEqual(reasons);
  });

  test('each family has a pool of its own', () => {
    const [first] = ipPool.backendPools;
    if (first === undefined) throw new Error('no pool');
    const pool = { ...first, name: 'kubernetes-IPv6' };
    expect(judge(node('user-0', dual), { loadBalancer: ipPool, pool }).answer).toBe('yes');
    expect(judge(node('user-0'), { loadBalancer: ipPool, pool }).reasons).toEqual([
      'no-address-of-family',
    ]);
  });

  test('an empty pool is judged by what the cluster is set to', () => {
    const empty = loadBalancer({ members: [] });
    const cluster = read(managedCluster({ backendPoolType: 'nodeip' }));
    const unmanaged = labelled(['kubernetes.azure.com/managed', 'false']);
    expect(judge(unmanaged, { loadBalancer: empty, cluster }).answer).toBe('yes');
    expect(judge(unmanaged, { loadBalancer: empty }).reasons).toEqual(['unmanaged']);
  });
});

function poolOf(lb: string): ArmId {
  return childId(lb, 'backendAddressPools', 'kubernetes');
}

describe('what the provider does with one NIC', () => {
  const pool = { id: poolOf('kubernetes'), sku: 'standard' };
  const facts: NicFacts = { kind: 'vmss', vmSet: 'a', poolIds: [] };

  test.each([
    { what: 'puts it in', changes: {}, obstacle: undefined },
    {
      what: 'leaves it in',
      changes: { poolIds: [pool.id.toUpperCase()] },
      obstacle: undefined,
    },
    {
      what: 'keeps a NIC with its load balancer',
      changes: { poolIds: [poolOf('other')] },
      obstacle: 'held-by-other-load-balancer',
    },
    {
      what: 'adds the internal twin',
      changes: { poolIds: [poolOf('kubernetes-internal')] },
      obstacle: undefined,
    },
    {
      what: 'passes over a VM that is gone',
      changes: { found: false },
      obstacle: 'vm-not-found',
    },
    {
      what: 'passes over a VM being deleted',
      changes: { provisioningState: 'Deleting' },
      obstacle: 'vm-inactive',
    },
    {
      what: 'passes over a stopped VM',
      changes: { powerState: 'Deallocated' },
      obstacle: 'vm-inactive',
    },
    {
      what: 'takes a running VM',
      changes: { powerState: 'running', provisioningState: 'Updating' },
      obstacle: undefined,
    },
    {
      what: 'does not ask a VM of its own for its power',
      changes: { kind: 'availabilitySet' as const, powerState: 'stopped' },
      obstacle: undefined,
    },
    {
      what: 'passes over a failed NIC',
      changes: { kind: 'vmssflex' as const, nicProvisioningState: 'Failed' },
      obstacle: 'nic-failed',
    },
    {
      what: 'passes over an instance without network',
      changes: { networkConfigured: false },
      obstacle: 'no-network-configuration',
    },
  ])('$what', ({ changes, obstacle }) => {
    expect(nicObstacles({ ...facts, ...changes }, pool)[0]).toBe(obstacle);
  });

  test.each([
    {
      what: 'takes its own set in other letters',
      vmSet: 'A',
      kind: 'vmss' as const,
      obstacle: undefined,
    },
    {
      what: 'leaves another set out',
      vmSet: 'b',
      kind: 'vmss' as const,
      obstacle: 'other-vm-set',
    },
    {
      what: 'takes any where the set is not known',
      vmSet: undefined,
      kind: 'vmss' as const,
      obstacle: undefined,
    },
    {
      what: 'never takes a Flexible set',
      vmSet: 'a',
      kind: 'vmssflex' as const,
      obstacle: 'flex-on-basic',
    },
  ])('Basic $what', ({ vmSet, kind, obstacle }) => {
    const elsewhere = { ...facts, kind, poolIds: [poolOf('other')] };
    expect(nicObstacles(elsewhere, { ...pool, sku: 'Basic', vmSet })[0]).toBe(obstacle);
  });

  const set = {
    providerId: node('user-0').providerId,
    networkConfigured: true,
    poolIds: [],
  };
  const windows2019 =
    'galleries/AKSWindows/images/windows-2019-containerd/versions/17763.5820.240516';

  test.each([
    { changes: {}, ipv6: false, obstacle: undefined },
    { changes: { windowsImage: windows2019 }, ipv6: false, obstacle: undefined },
    {
      changes: { windowsImage: windows2019 },
      ipv6: true,
      obstacle: 'windows-2019',
    },
    {
      changes: { windowsImage: 'windows-2022-containerd/20348' },
      ipv6: true,
      obstacle: undefined,
    },
    {
      changes: { provisioningState: 'deleting' },
      ipv6: false,
      obstacle: 'vm-inactive',
    },
    { changes: { hasIpv6: false }, ipv6: true, obstacle: 'no-address-of-family' },
    { changes: { hasIpv6: false }, ipv6: false, obstacle: undefined },
    { changes: { hasIpv6: true }, ipv6: true, obstacle: undefined },
    { changes: { providerId: '' }, ipv6: false, obstacle: 'not-scale-set' },
    {
      changes: { networkConfigured: false },
      ipv6: false,
      obstacle: 'no-network-configuration',
    },
    {
      changes: { poolIds: [poolOf('other')] },
      ipv6: false,
      obstacle: 'held-by-other-load-balancer',
    },
  ])('a scale set with $changes, IPv6 $ipv6: $obstacle', ({ changes, ipv6, obstacle }) => {
    const id = ipv6 ? `${pool.id}-ipv6` : pool.id;
    expect(scaleSetObstacle({ ...set, ...changes }, { ...pool, id })).toBe(obstacle);
  });
});
