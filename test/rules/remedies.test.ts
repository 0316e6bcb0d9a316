import { describe, expect, test } from '@jest/globals';
import {
  read,
  type BackendMember,
  type ClusterSnapshot,
  type PodSpec,
} from '../../shared/model/index.ts';
import { allRules, type Fix } from '../../shared/rules/index.ts';
import {
  apart,
  cluster,
  endpoint,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  nodePool,
  service,
  slice,
  staleMember,
  workload,
} from '../builders/index.ts';
import {
  balancer,
  ledger,
  onKubernetes,
  payers,
  portal,
  several,
  users,
} from './multi-lb/several.ts';

/** Fixes of a rule's only fault: title, verdict, loss and sorted shares after it. */
function fixesOf(rule: string, snapshot: ClusterSnapshot): readonly Fix[] {
  const outcome = allRules.find(({ meta }) => meta.id === rule)?.run(snapshot);
  expect(outcome?.kind).toBe('checked');
  const faults = outcome?.kind === 'checked' ? outcome.faults : [];
  expect(faults).toHaveLength(1);
  return faults[0]?.fixes ?? [];
}

function outcomes(fixes: readonly Fix[]) {
  return fixes.map(({ title, after }) => ({
    title,
    verdict: after?.verdict,
    shares: Object.values(after?.shares ?? {}).toSorted((a, b) => b - a),
  }));
}

const third = expect.closeTo(1 / 3, 5);
const excluded = new Map([['node.kubernetes.io/exclude-from-external-load-balancers', 'true']]);
const system = node('system-0');

/** Three replicas of one Deployment that nothing spreads. */
const web = workload({ replicas: 3 });

describe('the article: Basic, Local, one pod on the system node', () => {
  const user = [node('user-0'), node('user-1'), node('user-2')];
  const snapshot = cluster({
    managedCluster: managedCluster({
      loadBalancerSku: 'basic',
      nodePools: [nodePool('system'), nodePool('user')],
    }),
    nodes: [system, ...user],
    loadBalancers: [loadBalancer({ sku: 'basic', members: [nicMember(system)] })],
    endpointSlices: [
      slice([endpoint('a', 'system-0'), endpoint('b', 'user-0'), endpoint('c', 'user-0')]),
    ],
    deployments: [web],
  });
  const fixes = fixesOf('traffic/starved-endpoints', snapshot);

  test('Cluster is even, the pin with the mode annotation is even, migrating shares per node', () => {
    expect(outcomes(fixes)).toEqual([
      { title: expect.stringContaining('Cluster'), verdict: 'even', shares: [third, third, third] },
      {
        title: expect.stringContaining('VM set'),
        verdict: 'even',
        shares: [third, third, third],
      },
      {
        title: expect.stringContaining('Standard load balancer'),
        verdict: 'uneven',
        shares: [0.5, 0.25, 0.25],
      },
    ]);
  });

  test('the pin brings the affinity, the spread and the annotation that names the VM set', () => {
    const steps = fixes[1]?.steps.map(({ text }) => text).join('\n');
    expect(steps).toContain('requiredDuringSchedulingIgnoredDuringExecution');
    expect(steps).toContain('DoNotSchedule');
    expect(steps).toContain('azure-load-balancer-mode=aks-user-12345678-vmss');
  });

  test('each says what it costs', () => {
    expect(fixes.map(({ price }) => price.join('; '))).toEqual([
      expect.stringContaining('source IP is lost'),
      expect.stringContaining('restarted and move'),
      expect.stringContaining('egress IP addresses change'),
    ]);
  });
});

describe('Standard with a pool that is labelled out', () => {
  const web0 = node('web-0');
  const web1 = node('web-1');
  const batch = node('batch-0', { labels: excluded });
  const base = {
    nodes: [web0, web1, batch],
    loadBalancers: [loadBalancer({ members: [web0, web1].map(nicMember) })],
    endpointSlices: [
      slice([endpoint('a', 'web-0'), endpoint('b', 'web-1'), endpoint('c', 'batch-0')]),
    ],
    deployments: [web],
  };

  test('taking the label off evens it out; pinning leaves two pods on one of two nodes', () => {
    expect(outcomes(fixesOf('traffic/starved-endpoints', cluster(base)))).toEqual([
      { title: expect.stringContaining('Cluster'), verdict: 'even', shares: [third, third, third] },
      {
        title: expect.stringContaining('exclude label'),
        verdict: 'even',
        shares: [third, third, third],
      },
      {
        title: expect.stringContaining('node pool web'),
        verdict: 'uneven',
        shares: [0.5, 0.25, 0.25],
      },
    ]);
  });

  test('a label that AKS keeps on the pool is taken off there, the others kept', () => {
    const pools = [
      nodePool('web'),
      nodePool('batch', { labels: new Map([...excluded, ['tier', 'b b']]) }),
    ];
    const snapshot = cluster({ ...base, managedCluster: managedCluster({ nodePools: pools }) });
    const fix = fixesOf('traffic/starved-endpoints', snapshot)[1];
    expect(fix?.steps).toEqual([
      { tool: 'az', text: expect.stringMatching(/ -n batch --labels 'tier=b b'$/u) },
    ]);
  });
});

describe('pods whose whole node pool is labelled out', () => {
  const nodes = [
    node('web-0', { allocatable: { milliCpu: 3860, memory: 8e9, pods: 110 } }),
    node('web-1', { allocatable: { milliCpu: 3860, memory: 8e9, pods: 110 } }),
    ...['batch-0', 'batch-1', 'batch-2'].map((name) =>
      node(name, { labels: new Map([...excluded, ['disk', 'nvme']]) }),
    ),
  ];
  const pods = ['a', 'b', 'c'].map((name, index) => endpoint(name, `batch-${index}`));

  function pinOf(spec: Partial<PodSpec>): Fix | undefined {
    const snapshot = cluster({
      nodes,
      loadBalancers: [loadBalancer({ members: nodes.slice(0, 2).map(nicMember) })],
      endpointSlices: [slice(pods)],
      deployments: [workload({ replicas: 3, spec })],
    });
    return fixesOf('traffic/no-traffic', snapshot).find(({ title }) => title.startsWith('Pin'));
  }

  test('a pin to the other pool takes the place of theirs: three pods over two nodes', () => {
    const pin = pinOf({ nodeSelector: new Map([['agentpool', 'batch']]) });
    expect(pin?.after).toMatchObject({ lost: 0, shares: { a: 0.25, b: 0.5, c: 0.25 } });
    expect(pin?.steps[0]?.text).toContain('"nodeSelector":{"agentpool":null}');
  });

  test.each([
    {
      what: 'what else they demand is nowhere else',
      spec: { nodeSelector: new Map([['disk', 'nvme']]) },
    },
  ])('no pin is offered where $what', ({ spec }) => {
    expect(pinOf(spec)).toBeUndefined();
  });

  const port = { name: '', containerPort: 80, hostPort: 80, hostIp: '', protocol: 'TCP' };
  test.each([
    { what: 'they may not share a node', spec: apart('web') },
    { what: 'they take a port of the host', spec: { ports: [port] } },
    { what: 'a node has room for none', spec: { requests: { milliCpu: 5000, memory: 0 } } },
  ])('where $what the price says how many stay Pending, and nothing is predicted', ({ spec }) => {
    const pin = pinOf(spec);
    expect(pin?.after).toBeUndefined();
    expect(pin?.price[0]).toMatch(/Pending.*room for \d of 3/u);
  });
});

describe('a fix that does not help is not offered', () => {
  test('three pods on two nodes: a spread cannot even them out', () => {
    const snapshot = cluster({
      nodes: [node('web-0'), node('web-1')],
      loadBalancers: [loadBalancer({ members: [node('web-0'), node('web-1')].map(nicMember) })],
      endpointSlices: [
        slice([endpoint('a', 'web-0'), endpoint('b', 'web-0'), endpoint('c', 'web-1')]),
      ],
      deployments: [web],
    });
    expect(outcomes(fixesOf('traffic/uneven-share', snapshot))).toEqual([
      { title: expect.stringContaining('Cluster'), verdict: 'even', shares: [third, third, third] },
    ]);
  });

  test('with a third node it does', () => {
    const nodes = [node('web-0'), node('web-1'), node('web-2')];
    const snapshot = cluster({
      nodes,
      loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })],
      endpointSlices: [
        slice([endpoint('a', 'web-0'), endpoint('b', 'web-0'), endpoint('c', 'web-1')]),
      ],
      deployments: [web],
    });
    expect(outcomes(fixesOf('traffic/uneven-share', snapshot))[1]).toEqual({
      title: expect.stringContaining('hard topology spread'),
      verdict: 'even',
      shares: [third, third, third],
    });
  });

  test('pods that may land on a node that is no backend: the spread alone is luck, and not offered', () => {
    const nodes = [node('web-0'), node('web-1'), node('batch-0', { labels: excluded })];
    const snapshot = cluster({
      nodes,
      loadBalancers: [loadBalancer({ members: nodes.slice(0, 2).map(nicMember) })],
      endpointSlices: [
        slice([
          endpoint('a', 'web-0'),
          endpoint('b', 'web-0'),
          endpoint('c', 'web-0'),
          endpoint('d', 'web-1'),
        ]),
      ],
      deployments: [workload({ replicas: 4 })],
    });
    const titles = fixesOf('traffic/uneven-share', snapshot).map(({ title }) => title);
    expect(titles.filter((title) => title.startsWith('Spread'))).toEqual([]);
    expect(titles).toContainEqual(expect.stringContaining('Pin the pods to node pool web'));
  });
});

describe('losses', () => {
  const nodes = [node('web-0'), node('web-1'), node('web-2'), node('web-3')];
  const members = nodes.map(nicMember);
  const two = [slice([endpoint('a', 'web-0'), endpoint('b', 'web-1')])];
  const spread = [workload({ replicas: 2, spec: apart('web') })];

  test('a probe override: without it only nodes with a pod are up', () => {
    const key = 'service.beta.kubernetes.io/port_80_health-probe_port';
    const snapshot = cluster({
      nodes,
      services: [service({ annotations: new Map([[key, '10256']]) })],
      loadBalancers: [loadBalancer({ members, probe: 'kube-proxy' })],
      endpointSlices: two,
      deployments: spread,
    });
    const [first] = fixesOf('traffic/lost-connections', snapshot);
    expect(first).toMatchObject({
      steps: [{ text: expect.stringContaining(`${key}-`) }],
      after: {
        verdict: 'even',
        lost: 0,
        shares: { a: 0.5, b: 0.5 },
        path: {
          externalTrafficPolicy: 'Local',
          backends: { 'web-0': 0.5, 'web-1': 0.5 },
          up: 2,
          nodes: { a: 'web-0', b: 'web-1' },
        },
      },
    });
  });

  test('a probe in Azure that nobody asks for: the next reconcile writes the right one', () => {
    const snapshot = cluster({
      nodes,
      loadBalancers: [loadBalancer({ members, probe: 'kube-proxy' })],
      endpointSlices: two,
      deployments: spread,
    });
    expect(outcomes(fixesOf('traffic/lost-connections', snapshot))[0]).toEqual({
      title: expect.stringContaining('reconcile'),
      verdict: 'even',
      shares: [0.5, 0.5],
    });
  });

  test('a stale member without a probe: the pool without it loses nothing', () => {
    const snapshot = cluster({
      nodes: nodes.slice(0, 2),
      services: [
        service({
          externalTrafficPolicy: 'Cluster',
          ports: [{ name: 'dns', protocol: 'UDP', port: 53, nodePort: 30_053 }],
        }),
      ],
      loadBalancers: [
        loadBalancer({
          members: [...members.slice(0, 2), staleMember()],
          probe: 'none',
          ports: [{ port: 53, protocol: 'udp' }],
        }),
      ],
      endpointSlices: [
        slice([endpoint('a', 'web-0'), endpoint('b', 'web-1')], {
          ports: [{ name: 'dns', protocol: 'UDP', port: 53 }],
        }),
      ],
    });
    expect(outcomes(fixesOf('traffic/lost-connections', snapshot))).toContainEqual({
      title: expect.stringContaining('reconcile'),
      verdict: 'even',
      shares: [0.5, 0.5],
    });
  });
});

test('Local for the client address is offered only where the traffic is no worse for it', () => {
  const nodes = [node('web-0'), node('web-1')];
  const snapshot = cluster({
    nodes,
    services: [service({ externalTrafficPolicy: 'Cluster' })],
    loadBalancers: [loadBalancer({ members: nodes.map(nicMember), probe: 'node-port' })],
    endpointSlices: [
      slice([endpoint('a', 'web-0'), endpoint('b', 'web-0'), endpoint('c', 'web-1')]),
    ],
  });
  const local = expect.stringContaining('externalTrafficPolicy: Local');
  expect(fixesOf('traffic/source-ip-hidden', snapshot)).not.toContainEqual(
    expect.objectContaining({ title: local }),
  );
  const even = [slice([endpoint('a', 'web-0'), endpoint('c', 'web-1')])];
  expect(
    fixesOf('traffic/source-ip-hidden', { ...snapshot, endpointSlices: read(even) }),
  ).toMatchObject([
    { title: local, after: { verdict: 'even', lost: 0, shares: { a: 0.5, c: 0.5 } } },
  ]);
});

test('several load balancers: nodes that lose the exclude label go where the provider puts them', () => {
  const off = payers.map((each) => ({
    ...each,
    labels: new Map([...each.labels, ...excluded]),
  }));
  const snapshot = cluster(
    several({
      nodes: [system, ...users, ...off],
      loadBalancers: [
        balancer('kubernetes', ...onKubernetes),
        balancer('payments', { nodes: [], of: ledger, probe: 'node-port' }),
      ],
      services: [portal, ledger],
      endpointSlices: [
        slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')], { namespace: 'portal' }),
        slice([endpoint('ledger-a', 'user-0'), endpoint('ledger-b', 'user-1')], {
          namespace: 'payments',
          name: 'ledger-abcde',
          service: 'ledger',
        }),
      ],
    }),
  );
  expect(outcomes(fixesOf('traffic/no-traffic', snapshot))).toContainEqual({
    title: expect.stringContaining('remove the exclude label'),
    verdict: 'even',
    shares: [0.5, 0.5],
  });
});

test('a member that somebody set down is set back, and its node is not what is wrong', () => {
  const nodes = [node('web-0'), node('web-1')];
  const [first, second] = nodes.map(nicMember);
  const members = [{ ...first, adminState: 'down' }, second] as BackendMember[];
  const snapshot = cluster({
    nodes,
    loadBalancers: [loadBalancer({ members })],
    endpointSlices: [slice([endpoint('a', 'web-0'), endpoint('b', 'web-1')])],
  });
  const titles = fixesOf('traffic/starved-endpoints', snapshot).map(({ title }) => title);
  expect(titles).toContain('Set the admin state of the pool member back to None');
  expect(titles).not.toContain('Run the probe manually from a node');
});
