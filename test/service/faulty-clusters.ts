import {
  cluster,
  clusterIp,
  deployment,
  loadBalancer,
  nodesOfPool,
  pool,
  service,
  systemPool,
} from '../../simulator/build.ts';
import type { ClusterDescription, ServiceDescription } from '../../simulator/description.ts';

/** Clusters in which, with those of the demo, nearly every rule of the catalogue has a finding. */
export function faultyClusters(): readonly ClusterDescription[] {
  return [
    settings,
    endpoints,
    members,
    missing,
    dualStack,
    several,
    basicMode,
    basicSku,
    shared,
    routes,
    refused,
  ];
}

const prefix = 'service.beta.kubernetes.io/';

function set(...annotations: readonly (readonly [string, string])[]) {
  return {
    annotations: Object.fromEntries(annotations.map(([key, value]) => [prefix + key, value])),
  };
}

const nodes = nodesOfPool('user', 3);
const users = pool('user', { count: 3 });

function deployed(...services: readonly ServiceDescription[]) {
  return {
    services,
    workloads: services
      .filter(({ type }) => type === 'LoadBalancer')
      .map(({ namespace, name }) => deployment(`${namespace}/${name}`, nodes)),
  };
}

/** Settings of Services that the cloud provider refuses, or takes for something else. */
const settings = cluster('faulty-settings', {
  pools: [systemPool(), users],
  ...deployed(
    service('a/ranges', {
      sourceRanges: ['10.0.0.0/8'],
      ...set(['azure-allowed-ip-ranges', '10.0.0.0/8']),
    }),
    service('a/range', { ...set(['azure-allowed-ip-ranges', 'office']), loadBalancer: undefined }),
    service('a/idle', {
      ...set(['azure-load-balancer-tcp-idle-timeout', '1']),
      loadBalancer: undefined,
    }),
    service('a/subnet', set(['azure-load-balancer-internal-subnet', 'apps'])),
    service('a/link', {
      ...set(['azure-pls-create', 'true'], ['azure-load-balancer-internal', 'true']),
      internal: true,
      families: ['IPv4', 'IPv6'],
      loadBalancer: undefined,
    }),
    service('a/pip', { ...set(['azure-pip-name', 'gone']), loadBalancer: undefined }),
    service('a/sctp', {
      ports: [{ port: 80, protocol: 'SCTP' }],
      loadBalancer: undefined,
    }),
    service('a/bare', { nodePorts: false, loadBalancer: undefined }),
    service('a/probe', {
      ...set(['azure-load-balancer-health-probe-interval', 'soon']),
      loadBalancer: undefined,
    }),
    service('a/silent', {
      ...set(['port_80_no_probe_rule', 'true']),
      ports: [{ port: 80, name: 'http', targetPort: 8080, probe: 'none' }],
    }),
    service('a/closed', {
      ...set(['port_80_health-probe_port', '9']),
      ports: [{ port: 80, name: 'http', targetPort: 8080, probe: { port: 9 } }],
    }),
    service('a/drifted', {
      ports: [{ port: 80, name: 'http', targetPort: 8080, probe: { intervalSeconds: 60 } }],
    }),
    service('a/timeout', { idleTimeoutMinutes: 30 }),
    service('a/mode', set(['azure-load-balancer-mode', 'pool-1'])),
    service('a/private', { ...set(['azure-pip-prefix-id', 'x']), sourceRanges: ['0.0.0.0/33'] }),
  ),
  events: [
    {
      namespace: 'a',
      service: 'pip',
      type: 'Warning',
      reason: 'SyncLoadBalancerFailed',
      message: 'Error syncing load balancer: failed to ensure load balancer: pip gone not found',
      minutesAgo: 5,
    },
  ],
});

/** Pods that are not ready, are published all the same, or are none. */
const endpoints = cluster('faulty-endpoints', {
  pools: [systemPool(), users],
  services: [
    service('b/none'),
    service('b/unready'),
    service('b/published', { publishNotReady: true }),
    service('b/without-rule', { loadBalancer: undefined }),
    clusterIp('b/inner', { internalPolicy: 'Local' }),
  ],
  workloads: [
    deployment(
      'b/unready',
      nodes.map((node) => ({ node, ready: false })),
    ),
    deployment(
      'b/published',
      nodes.map((node, at) => ({ node, ready: at === 0 })),
    ),
    deployment('b/without-rule', nodes),
    deployment('b/inner', ['user-0']),
  ],
});

const excludeLabel = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** Who is in the pool and should not be, and who is not and should. */
const members = cluster('faulty-members', {
  pools: [
    systemPool(),
    pool('user', {
      count: 4,
      oddNodes: [
        { index: 0, labels: { [excludeLabel]: 'false' } },
        { index: 1, taints: ['ToBeDeletedByClusterAutoscaler=1:NoSchedule'] },
        { index: 2, labels: { [excludeLabel]: 'true' } },
      ],
    }),
  ],
  loadBalancers: [
    loadBalancer({ inbound: { without: ['user-3'], alsoByAddress: ['user-0'] } }),
    loadBalancer({ name: 'elsewhere', poolName: 'elsewhere', inbound: { nodes: ['user-3'] } }),
  ],
  ...deployed(service('c/web', { policy: 'Cluster' })),
});

/** A node that may be in the pool, and nobody has put there. */
const missing = cluster('faulty-missing', {
  pools: [systemPool(), pool('user', { count: 4 })],
  loadBalancers: [loadBalancer({ inbound: { without: ['user-3'] } })],
  ...deployed(service('c/web', { policy: 'Cluster' })),
});

const dualStack = cluster('faulty-families', {
  backendPoolType: 'nodeIP',
  pools: [
    systemPool(),
    pool('user', {
      count: 3,
      oddNodes: [{ index: 0, labels: { 'kubernetes.azure.com/managed': 'false' } }],
    }),
  ],
  ...deployed(service('d/web', { families: ['IPv4', 'IPv6'], policy: 'Cluster' })),
});

/** Several Standard load balancers, each of whose settings is wrong. */
const several = cluster('faulty-several', {
  backendPoolType: 'nodeIP',
  pools: [systemPool(), users, pool('edge', { count: 2 })],
  configurations: [
    { name: 'kubernetes', primaryPool: 'user', allowServicePlacement: true },
    { name: 'team', primaryPool: 'user', allowServicePlacement: true },
    {
      name: 'closed',
      primaryPool: 'gone',
      allowServicePlacement: false,
      nodeSelector: { team: 'none' },
    },
  ],
  loadBalancers: [loadBalancer(), loadBalancer({ name: 'old' })],
  ...deployed(
    service('e/unknown', {
      ...set(['azure-load-balancer-configurations', 'nobody']),
      loadBalancer: undefined,
    }),
    service('e/closed', {
      ...set(['azure-load-balancer-configurations', 'closed']),
      loadBalancer: undefined,
    }),
    service('e/web'),
    service('e/web-ipv6'),
  ),
});

/** Basic, and an annotation that names no VM set. */
const basicMode = cluster('faulty-mode', {
  loadBalancerSku: 'Basic',
  pools: [systemPool({ kind: 'AvailabilitySet' }), pool('user', { kind: 'AvailabilitySet' })],
  loadBalancers: [loadBalancer({ sku: 'Basic', inbound: { pools: ['system'] } })],
  services: [service('f/web', set(['azure-load-balancer-mode', 'nobody']))],
  workloads: [deployment('f/web', nodesOfPool('user', 2))],
});

const basicSku = cluster('faulty-sku', {
  loadBalancerSku: 'Basic',
  pools: [systemPool(), users],
  ...deployed(service('g/web')),
});

/** One address for two Services with one port, and all nodes left out. */
const shared = cluster('faulty-address', {
  pools: [
    systemPool({ labels: { [excludeLabel]: 'true' } }),
    pool('user', { count: 3, labels: { [excludeLabel]: 'true' } }),
  ],
  loadBalancers: [loadBalancer({ inbound: { nodes: [] }, dataPathPercent: 40 })],
  ...deployed(
    service('h/web', { loadBalancerIp: '20.50.0.1' }),
    service('h/api', { loadBalancerIp: '20.50.0.1', loadBalancer: undefined }),
  ),
});

function ingress(name: string, className: string, host: string, ageMinutes = 400_000) {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  return {
    kind: 'Ingress' as const,
    namespace: 'i',
    name,
    ageMinutes,
    spec: {
      ingressClassName: className,
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
}

/** Two Ingresses for one host, one of a class that nobody serves, and a route into another namespace. */
const routes = cluster('faulty-routes', {
  pools: [systemPool(), users],
  routing: {
    gatewayApi: true,
    objects: [
      {
        kind: 'IngressClass',
        name: 'nginx',
        ageMinutes: 500_000,
        spec: { controller: 'k8s.io/ingress-nginx' },
      },
      ingress('first', 'nginx', 'shop.example.com'),
      ingress('second', 'nginx', 'shop.example.com', 300_000),
      ingress('lost', 'gone', 'lost.example.com'),
      {
        kind: 'GatewayClass',
        name: 'istio',
        ageMinutes: 500_000,
        spec: { controllerName: 'istio.io/gateway-controller' },
      },
      {
        kind: 'Gateway',
        namespace: 'i',
        name: 'edge',
        ageMinutes: 500_000,
        spec: {
          gatewayClassName: 'istio',
          listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
        },
      },
      {
        kind: 'HTTPRoute',
        namespace: 'i',
        name: 'across',
        ageMinutes: 400_000,
        spec: {
          parentRefs: [{ name: 'edge' }],
          hostnames: ['across.example.com'],
          rules: [{ backendRefs: [{ name: 'web', namespace: 'other', port: 80 }] }],
        },
      },
    ],
  },
  ...deployed(service('i/web', { policy: 'Cluster' }), service('other/web', { policy: 'Cluster' })),
});

/** A policy that lets nobody from outside to the pods. */
const refused = cluster('faulty-policy', {
  pools: [systemPool(), users],
  policyEngine: 'azure',
  networkPolicies: [
    {
      namespace: 'j',
      name: 'none',
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [] },
    },
  ],
  ...deployed(service('j/web')),
});
