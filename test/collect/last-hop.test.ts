import { describe, expect, test } from '@jest/globals';
import { readLastHop } from '../../shared/collect/last-hop.ts';
import { Problems } from '../../shared/input/index.ts';
import { read, type LoadBalancer, type LoadBalancerService } from '../../shared/model/index.ts';
import { azure, loadBalancer, managedCluster, service } from '../builders/index.ts';
import { answeringWith } from './transport.ts';

interface World {
  readonly loadBalancers?: readonly LoadBalancer[];
  readonly services?: readonly LoadBalancerService[];
  readonly dataplane?: string;
  readonly topology?: unknown;
  readonly policies?: readonly object[];
  /** The list of Services holds those of every type. */
  readonly whole?: boolean;
}

async function readOf(world: World) {
  const { whole = true } = world;
  const transport = answeringWith(({ path, fieldSelector }) => {
    if (path.endsWith('/cilium-config'))
      return {
        body: { kind: 'ConfigMap', data: { 'enable-service-topology': world.topology, key: 'x' } },
      };
    if (path.endsWith('networkpolicies'))
      return { body: { kind: 'NetworkPolicyList', items: world.policies ?? [] } };
    if (path.endsWith('pods')) return { body: { kind: 'PodList', items: [] } };
    const items = !fieldSelector.includes('metadata.name') || !whole ? [] : [apiServer];
    return { body: { kind: 'ServiceList', items } };
  });
  const problems = new Problems();
  const slices = await readLastHop({
    transport,
    problems,
    managedCluster: read(managedCluster({ networkDataplane: world.dataplane ?? 'azure' })),
    loadBalancers: read(world.loadBalancers ?? [loadBalancer()]),
    services: read(world.services ?? [service()]),
    daemonSets: read([]),
  });
  const asked = transport.asked.map(({ path, fieldSelector }) =>
    `${path.split('/').at(-1)} ${fieldSelector}`.trim(),
  );
  return { slices, asked, lines: problems.lines };
}

const apiServer = { metadata: { namespace: 'default', name: 'kubernetes' }, spec: {} };
const probed = (port: number): World => ({ loadBalancers: [loadBalancer({ probe: { port } })] });

describe('what the last hop needs is read where there is reason to', () => {
  test.each([
    { name: 'the health check of Local', world: {}, asked: [] },
    { name: 'the node port of a LoadBalancer Service', world: probed(30_080), asked: [] },
    { name: 'kube-proxy', world: probed(10_256), asked: [] },
    {
      name: 'a node port of nobody',
      world: probed(31_777),
      asked: [
        'services metadata.namespace=default,metadata.name=kubernetes',
        'services spec.type=NodePort',
        'pods spec.hostNetwork=true',
      ],
    },
    { name: 'a port of the host', world: probed(8080), asked: ['pods spec.hostNetwork=true'] },
    {
      name: 'a port that an annotation names',
      world: {
        services: [service({ annotations: azure({ 'port_80_health-probe_port': '9090' }) })],
      },
      asked: ['pods spec.hostNetwork=true'],
    },
    { name: 'Cilium', world: { dataplane: 'cilium', topology: 'true' }, asked: ['cilium-config'] },
  ])('$name', async ({ world, asked }) => {
    expect((await readOf(world)).asked).toEqual(['networkpolicies', ...asked]);
  });

  test('a list of Services that was filtered says nothing of NodePort Services', async () => {
    const { slices } = await readOf({ ...probed(31_777), whole: false });
    expect(slices.nodePortServices).toMatchObject({
      kind: 'unread',
      why: expect.stringContaining('default/kubernetes'),
    });
  });

  test.each([
    ['true', { kind: 'read', value: { serviceTopology: true } }, 0],
    ['false', { kind: 'read', value: { serviceTopology: false } }, 0],
    [undefined, { kind: 'read', value: { serviceTopology: false } }, 0],
    ['perhaps', { kind: 'unread' }, 1],
  ])('enable-service-topology %s', async (topology, expected, lines) => {
    const found = await readOf({ dataplane: 'cilium', topology });
    expect(found.slices.ciliumConfig).toMatchObject(expected);
    expect(found.lines).toHaveLength(lines);
  });
});

const everyPod = { podSelector: {} };

describe('nonsense in a policy: one line, and what it lets in is unknown', () => {
  test.each([
    [
      'a range that is none',
      { ...everyPod, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/99' } }] }] },
      'an address range',
    ],
    ['a port as a text', { ...everyPod, ingress: [{ ports: [{ port: '80' }] }] }, 'a port number'],
    [
      'an end before its port',
      { ...everyPod, ingress: [{ ports: [{ port: 90, endPort: 80 }] }] },
      'the last number',
    ],
    [
      'a protocol of nobody',
      { ...everyPod, ingress: [{ ports: [{ protocol: 'ICMP' }] }] },
      'TCP, UDP or SCTP',
    ],
    ['a peer without anything', { ...everyPod, ingress: [{ from: [{}] }] }, 'a peer'],
    ['rules that are no list', { ...everyPod, ingress: 'all' }, 'a list'],
    [
      'a selector of 10,000 terms',
      {
        podSelector: {
          matchExpressions: Array.from({ length: 10_000 }, (_, index) => ({
            key: `k${index}`,
            operator: 'Exists',
          })),
        },
      },
      'a list of at most',
    ],
    [
      'a selector of unknown words',
      { podSelector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } },
      'a selector',
    ],
  ])('%s', async (_, spec, expected) => {
    const good = { metadata: { namespace: 'shop', name: 'good' }, spec: everyPod };
    const policies = [{ metadata: { namespace: 'shop', name: 'bad' }, spec }, good];
    const { slices, lines } = await readOf({ policies });
    expect(lines).toEqual([expect.stringContaining(expected)]);
    expect(slices.networkPolicies).toMatchObject({
      kind: 'read',
      value: [
        { name: 'bad', unreadable: expect.anything() },
        { name: 'good', ingress: true },
      ],
    });
  });
});
