import {
  cluster,
  deployment,
  loadBalancer,
  nodesOfPool,
  onPools,
  pool,
  service,
  systemPool,
} from '../build.ts';
import type { ClusterDescription } from '../description.ts';
import { systemDaemon, systemWorkloads } from '../system-workloads.ts';
import type { Step } from './step.ts';
import { migrationRouting, migrationServices, migrationWorkloads } from './migration.ts';

/** Node kinds and pool types that are not the usual scale set. */
export function platform(step: Step): readonly ClusterDescription[] {
  return [ingress, batch(step), automatic, mixed, learning];
}

/** A pool by address, with an address that no node has any more, and too few ports for the nodes to come; hosts on their way from NGINX to a Gateway. */
const ingress = cluster('ingress-hub', {
  backendPoolType: 'nodeIP',
  pools: [
    systemPool(),
    pool('edge', { count: 3, zones: ['1', '2', '3'], autoscaler: { min: 3, max: 10 } }),
  ],
  // And an hour in which Azure's own data path was not whole.
  loadBalancers: [loadBalancer({ inbound: { stale: ['10.224.0.77'] }, dataPathPercent: 97.3 })],
  services: [
    service('ingress/gateway', {
      ports: [
        { port: 80, name: 'http', targetPort: 8080 },
        { port: 443, name: 'https', targetPort: 8443 },
      ],
    }),
    ...migrationServices,
  ],
  workloads: [deployment('ingress/gateway', nodesOfPool('edge', 3)), ...migrationWorkloads],
  routing: migrationRouting,
  outbound: { allocatedPorts: 8000 },
});

/** Single machines; in the second run one pool has been labelled out, with the pods still on it. */
function batch(step: Step): ClusterDescription {
  const excluded = { 'node.kubernetes.io/exclude-from-external-load-balancers': 'true' };
  return cluster('batch-vms', {
    pools: [
      systemPool({ kind: 'VirtualMachines' }),
      pool('work', { kind: 'VirtualMachines', count: 2 }),
      pool('burst', { kind: 'VirtualMachines', count: 2, labels: step === 0 ? {} : excluded }),
    ],
    loadBalancers: [loadBalancer(step === 0 ? {} : { inbound: { pools: ['system', 'work'] } })],
    services: [service('batch/submit')],
    workloads: [deployment('batch/submit', ['work-0', 'burst-0', 'burst-1'])],
  });
}

/** AKS Automatic: nodes come and go with the pods, and the system nodes are Microsoft's. */
const automatic = cluster('data-auto', {
  sku: 'Automatic',
  nodeAutoProvisioning: true,
  hostedSystem: true,
  cilium: { serviceTopology: false },
  pools: [
    pool('system-surge', { kind: 'NodeAutoProvisioning', mode: 'System', count: 2 }),
    pool('default', { kind: 'NodeAutoProvisioning', count: 3, zones: ['1', '2', '3'] }),
  ],
  services: [service('data/query')],
  workloads: [deployment('data/query', nodesOfPool('default', 3))],
});

/**
 * Spot, Windows, gateway and virtual nodes in one cluster. A pod on a virtual node gets no Local
 * traffic, and one Service never came to an address.
 */
const mixed = cluster('games-prod', {
  pools: [
    systemPool(),
    pool('user', { count: 2, zones: ['1', '2'] }),
    pool('cheap', { count: 2, spot: true }),
    pool('win', { count: 1, os: 'Windows' }),
    pool('egress', {
      count: 2,
      mode: 'Gateway',
      taints: ['kubernetes.azure.com/mode=gateway:NoSchedule'],
    }),
    pool('aci', { count: 1, kind: 'VirtualNode' }),
  ],
  services: [
    // Nobody plays yet: what is uneven there harms nobody.
    service('games/lobby', { connectionsPerMinute: 0 }),
    // Probed on / since its appProtocol says http; the application answers 404 there, so Azure sees no backend up.
    service('games/chat', {
      policy: 'Cluster',
      ports: [
        {
          port: 80,
          name: 'http',
          targetPort: 8080,
          appProtocol: 'http',
          probe: { protocol: 'Http', path: '/' },
          status: 404,
        },
      ],
    }),
    service('games/beta', { selector: { app: 'lobby' }, loadBalancer: undefined }),
  ],
  events: [
    {
      namespace: 'games',
      service: 'beta',
      type: 'Warning',
      reason: 'SyncLoadBalancerFailed',
      message:
        'Error syncing load balancer: failed to ensure load balancer: PublicIPCountLimitReached',
      minutesAgo: 4,
    },
  ],
  workloads: [
    deployment('games/lobby', ['user-0', 'user-1', 'aci-0'], {
      spec: {
        tolerations: [{ key: 'virtual-kubelet.io/provider', operator: 'Exists' }],
      },
    }),
    deployment('games/chat', ['cheap-0', 'cheap-1'], {
      spec: {
        ...onPools('cheap'),
        tolerations: [
          {
            key: 'kubernetes.azure.com/scalesetpriority',
            operator: 'Equal',
            value: 'spot',
            effect: 'NoSchedule',
          },
        ],
      },
    }),
  ],
});

const learningPools = [
  pool('system', { mode: 'System', taints: ['nodepool=system:PreferNoSchedule'] }),
  pool('user', { count: 2 }),
  pool('gpu', { count: 2, vmSize: 'Standard_NC24ads_A100_v4', taints: ['sku=gpu:NoSchedule'] }),
];

const internal = 'service.beta.kubernetes.io/azure-load-balancer-internal';
const privateLink = 'service.beta.kubernetes.io/azure-pls';

/**
 * Taints: a preference that keeps nothing away, a daemon that a hard one keeps out, a pod that fits
 * nowhere. And what is left of work by hand on its load balancers.
 */
const learning = cluster('ml-train', {
  pools: learningPools,
  system: [
    ...systemWorkloads(learningPools),
    {
      ...systemDaemon('node-logger', learningPools.slice(0, 2), []),
      spec: { tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }] },
    },
  ],
  loadBalancers: [loadBalancer(), loadBalancer({ internal: true })],
  services: [
    service('ml/predict'),
    // Its rule was edited by hand: packets go to port 80 of the nodes.
    service('ml/embed', {
      policy: 'Cluster',
      ports: [{ port: 80, name: 'http', targetPort: 8080, floatingIp: false }],
    }),
    service('ml/embed-v1', { leftover: true }),
    // The PROXY header of its Private Link Service is in the probes of its neighbor, too.
    service('ml/ingest', {
      policy: 'Cluster',
      internal: true,
      annotations: {
        [internal]: 'true',
        [`${privateLink}-create`]: 'true',
        [`${privateLink}-proxy-protocol`]: 'true',
      },
    }),
    service('ml/feedback', { internal: true, annotations: { [internal]: 'true' } }),
  ],
  securityGroup: {
    rules: [{ name: 'web', priority: 300, access: 'Allow', source: 'Internet', ports: ['80'] }],
    withoutAllow: [],
  },
  workloads: [
    deployment('ml/predict', ['user-0', 'user-1', 'system-0']),
    deployment('ml/embed', ['user-0', 'user-1']),
    deployment('ml/ingest', ['user-0', 'user-1']),
    deployment('ml/feedback', ['user-0', 'user-1']),
    deployment('ml/trainer', [], { replicas: 1, spec: { nodeSelector: { accelerator: 'h100' } } }),
  ],
});
