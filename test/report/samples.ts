import type {
  ClusterReport,
  PortReport,
  Report,
  ServiceReport,
} from '../../shared/report/report.ts';
import { cluster, endpoint, finding, port, report, service } from './builders.ts';

const pods = [
  'echo-deployment-557c9d44c5-pqgvx',
  'echo-deployment-557c9d44c5-vdj22',
  'echo-deployment-557c9d44c5-xv7hd',
];
const patch =
  'kubectl -n default patch service echo-service --type merge -p \'{"spec":{"externalTrafficPolicy":"Cluster"}}\'';

/** The article's Service: one pod has slipped onto the system node, the only one that a Basic load balancer holds. */
const echoService: ServiceReport = service({
  namespace: 'default',
  name: 'echo-service',
  loadBalancer: { name: 'kubernetes', sku: 'basic' },
  ports: [
    port({
      loadBalancer: { name: 'kubernetes', sku: 'basic' },
      verdict: 'starved',
      backends: [
        { node: 'aks-pool-1-27255451-0', nodePool: 'pool-1', member: false, up: false, share: 0 },
        { node: 'aks-pool-1-27255451-1', nodePool: 'pool-1', member: false, up: false, share: 0 },
        { node: 'aks-system-27255451-0', nodePool: 'system', member: true, up: true, share: 1 },
        { node: 'aks-system-27255451-1', nodePool: 'system', member: true, up: false, share: 0 },
      ],
      backendTotals: { members: 2, up: 1 },
      endpoints: pods.map((pod, at) =>
        at === 0
          ? endpoint({ pod, node: 'aks-system-27255451-0', nodePool: 'system' })
          : endpoint({
              pod,
              node: `aks-pool-1-27255451-${at - 1}`,
              nodePool: 'pool-1',
              share: 0,
              because: 'node-not-in-backend-pool',
              cause: 'basic-single-vm-set',
            }),
      ),
    }),
  ],
});

export const echoFindings = [
  finding({
    fingerprint: 'c0ffee0000000001',
    subject: { kind: 'Service', namespace: 'default', name: 'echo-service' },
    title: '2 of 3 ready pods of default/echo-service receive no traffic',
    message: `${pods[1] ?? ''} and ${pods[2] ?? ''} receive none of the new connections to port 80/TCP; they all go to ${pods[0] ?? ''} (100 %). A Basic load balancer supports only one VM set (availability set or scale set) as backend; their nodes are in another.`,
    evidence: {
      externalTrafficPolicy: 'Local',
      loadBalancer: 'kubernetes',
      sku: 'basic',
      ports: [
        { port: 80, protocol: 'TCP', family: 'IPv4', readyPods: 3, starvedPods: 2, backendsUp: 1 },
      ],
    },
    fixes: [
      {
        title: 'Accept traffic on every node (externalTrafficPolicy: Cluster)',
        steps: [{ tool: 'kubectl', text: patch }],
        after: {
          verdict: 'even',
          lost: 0,
          shares: Object.fromEntries(pods.map((pod) => [pod, 1 / 3])),
          path: {
            externalTrafficPolicy: 'Cluster',
            backends: { 'aks-system-27255451-0': 0.5, 'aks-system-27255451-1': 0.5 },
            up: 2,
            nodes: Object.fromEntries(
              pods.map((pod, at) => [
                pod,
                at === 0 ? 'aks-system-27255451-0' : `aks-pool-1-27255451-${at - 1}`,
              ]),
            ),
          },
        },
        price: [
          'the client source IP is lost: pods see a node address',
          'one extra hop for most connections',
        ],
      },
      {
        title: 'Pin the pods to node pool system (required node affinity)',
        steps: [
          {
            tool: 'yaml',
            text: 'affinity:\n  nodeAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n      nodeSelectorTerms:\n        - matchExpressions:\n            - { key: kubernetes.azure.com/agentpool, operator: In, values: [system] }',
          },
        ],
        price: [
          'pods are restarted and move',
          'the pods cannot run on other pools, even if this one is full',
        ],
      },
    ],
  }),
  finding({
    fingerprint: 'c0ffee0000000002',
    rule: 'load-balancer/basic-sku-retired',
    severity: 'high',
    subject: { kind: 'LoadBalancer', name: 'kubernetes' },
    title: 'Load balancer kubernetes has the retired Basic SKU',
    message:
      'Load balancer kubernetes is unsupported: Azure ended support for Basic on 2025-09-30. It sends new connections to only one VM set.',
    causes: [],
    help: 'shared/rules/load-balancer/basic-sku-retired.md',
    fixes: [
      {
        title: 'Migrate the cluster to the Standard load balancer',
        steps: [
          { tool: 'az', text: 'az aks update -g rg-app -n aks-app --load-balancer-sku=Standard' },
        ],
        price: ['downtime during the migration; it cannot be undone', 'egress IP addresses change'],
      },
    ],
  }),
  finding({
    fingerprint: 'c0ffee0000000003',
    rule: 'placement/user-pods-on-system-pool',
    severity: 'medium',
    subject: { kind: 'NodePool', name: 'system' },
    title: '1 user pod runs on system node pool system',
    message:
      'default/echo-deployment-557c9d44c5-pqgvx runs on nodes reserved for cluster add-ons. nodepool=system:PreferNoSchedule did not keep it off: the scheduler can ignore a soft taint.',
    causes: ['soft-taint'],
    help: 'shared/rules/placement/user-pods-on-system-pool.md',
    fixes: [],
  }),
];

/** The 2019 story as one cluster. */
export const articleCluster: ClusterReport = cluster({
  services: [echoService],
  findings: echoFindings,
});

export const articleReport: Report = report([articleCluster]);

/** Cluster policy: every pod the same. */
export const evenCluster: ClusterReport = cluster({
  name: 'aks-even',
  services: [
    service({
      namespace: 'default',
      name: 'echo-service',
      externalTrafficPolicy: 'Cluster',
      behind: {
        entryPoints: ['Gateway default/echo'],
        hostCount: 2,
        hosts: [
          {
            host: 'echo.example.com',
            backends: [{ service: 'shop/echo:80', ready: 2, workloads: ['Deployment echo'] }],
            lost: 0,
          },
          {
            host: 'old.example.com',
            backends: [{ service: 'shop/old:80', ready: 0, workloads: [] }],
            lost: 1,
          },
        ],
      },
      ports: [
        port({
          probe: { protocol: 'Tcp', port: 31080 },
          backends: ['system-0', 'system-1', 'pool-1-0', 'pool-1-1'].map((node) => ({
            node: `aks-${node}`,
            nodePool: node.replace(/-\d$/u, ''),
            member: true,
            up: true,
            share: 0.25,
          })),
          backendTotals: { members: 4, up: 4 },
          endpoints: pods.map((pod, at) =>
            endpoint({ pod, node: `aks-pool-1-${at % 2}`, nodePool: 'pool-1', share: 1 / 3 }),
          ),
        }),
      ],
    }),
  ],
});

function poolOf(node: number): string {
  return node < 14 ? 'general' : node < 24 ? 'memory' : 'gpu';
}

/** 40 pods on 30 nodes over three pools, the third of which is in no backend pool. */
function crowdedPort(): PortReport {
  const nodes = Array.from({ length: 30 }, (_, at) => ({
    node: `aks-${poolOf(at)}-27255451-vmss0000${String(at).padStart(2, '0')}`,
    nodePool: poolOf(at),
    member: at < 24,
    up: at < 22,
    share: at < 22 ? 1 / 22 : 0,
  }));
  const hosts = Array.from({ length: 40 }, (_, at) => nodes[at % 30]);
  const endpoints = hosts.map((host, at) => {
    const mates = hosts.filter((other) => other === host).length;
    const up = host?.up === true;
    return endpoint({
      pod: `checkout-6f7d8c9b5f-${String(at).padStart(5, 'x')}`,
      node: host?.node ?? '',
      nodePool: host?.nodePool ?? '',
      share: up ? 1 / 22 / mates : 0,
      ...(!up && {
        because: host?.member === true ? 'node-down-for-probe' : 'node-not-in-backend-pool',
        ...(host?.member !== true && { cause: 'held-by-other-load-balancer' }),
      }),
    });
  });
  return port({
    port: 443,
    portName: 'https',
    verdict: 'starved',
    backends: nodes,
    backendTotals: { members: 24, up: 22 },
    endpoints,
  });
}

export const crowdedCluster: ClusterReport = cluster({
  name: 'aks-crowded',
  services: [service({ namespace: 'checkout', name: 'checkout', ports: [crowdedPort()] })],
});

/** A quarter of the connections is lost, and the pods that are reached are uneven. */
export const lossyCluster: ClusterReport = cluster({
  name: 'aks-lossy',
  services: [
    service({
      namespace: 'pay',
      name: 'api',
      ports: [
        port({
          verdict: 'lost',
          lost: 0.25,
          losses: [{ cause: 'probe-answers-without-endpoints', share: 0.25, backends: 1 }],
          backends: Array.from({ length: 4 }, (_, at) => ({
            node: `aks-user-12345678-vmss00000${at}`,
            nodePool: 'user',
            member: true,
            up: true,
            share: 0.25,
          })),
          backendTotals: { members: 4, up: 4 },
          endpoints: [0, 1, 1, 2].map((node, at) =>
            endpoint({
              pod: `api-5f6d7-${at}abcd`,
              node: `aks-user-12345678-vmss00000${node}`,
              share: node === 1 ? 0.125 : 0.25,
            }),
          ),
        }),
      ],
    }),
  ],
  findings: [
    finding({
      fingerprint: 'c0ffee0000000004',
      rule: 'traffic/lost-connections',
      subject: { kind: 'Service', namespace: 'pay', name: 'api' },
      title: '25 % of the new connections to pay/api are lost',
      message: '1 backend of 4 passes the probe and has no pod to answer.',
      causes: ['probe-answers-without-endpoints'],
      help: 'shared/rules/traffic/lost-connections.md',
    }),
  ],
});

/** Load balancers were refused; the verdicts are unknown and so are the rules. */
export const blindCluster: ClusterReport = cluster({
  name: 'aks-blind',
  result: 'partial',
  reason: 'loadBalancers: 403 AuthorizationFailed',
  coverage: [
    {
      slice: 'loadBalancers',
      state: 'unread',
      why: '403 on Microsoft.Network/loadBalancers/read: grant Reader on the node resource group',
    },
    { slice: 'nodes', state: 'read', items: 4 },
  ],
  services: [
    service({
      namespace: 'default',
      name: 'web',
      ports: [
        {
          port: 80,
          protocol: 'TCP',
          family: 'IPv4',
          portName: '',
          verdict: 'unknown',
          why: 'loadBalancers: 403 on Microsoft.Network/loadBalancers/read',
          lost: 0,
          losses: [],
          backends: [],
          backendTotals: { members: 0, up: 0 },
          endpoints: [],
        },
      ],
    }),
  ],
  unknown: [
    'traffic/no-traffic',
    'traffic/starved-endpoints',
    'load-balancer/basic-sku-retired',
  ].map((rule) => ({ rule, why: 'loadBalancers: 403 on Microsoft.Network/loadBalancers/read' })),
});

export const deniedCluster: ClusterReport = cluster({
  name: 'aks-denied',
  result: 'denied',
  reason: 'the identity may not list nodes: grant Azure Kubernetes Service RBAC Reader',
  coverage: [],
});

/** Every kind of cluster at once. */
export const fleetReport: Report = report(
  [articleCluster, evenCluster, crowdedCluster, lossyCluster, blindCluster, deniedCluster],
  7,
);
