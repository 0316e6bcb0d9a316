import { buildReport } from '../../shared/report/index.ts';
import type {
  ClusterReport,
  PortReport,
  Report,
  RunInfo,
  ServiceReport,
} from '../../shared/report/report.ts';
import type { Finding } from '../../shared/findings/finding.ts';

const subscription = '00000000-0000-0000-0000-00000000e001';
export const seenAt = '2026-11-23T06:00:00Z';

export const run: RunInfo = {
  id: seenAt,
  trigger: 'cli',
  startedAt: seenAt,
  finishedAt: '2026-11-23T06:00:04Z',
};

export type EndpointReport = PortReport['endpoints'][number];

export function endpoint(changes: Partial<EndpointReport> = {}): EndpointReport {
  return {
    pod: 'web-7d9f8c6b5-abcde',
    node: 'aks-user-12345678-vmss000000',
    nodePool: 'user',
    ready: true,
    share: 1,
    ...changes,
  };
}

/** An even port of one pod on a Standard load balancer. */
export function port(changes: Partial<PortReport> = {}): PortReport {
  return {
    port: 80,
    protocol: 'TCP',
    family: 'IPv4',
    portName: 'http',
    loadBalancer: { name: 'kubernetes', sku: 'standard' },
    frontend: '20.50.10.10',
    rule: 'a0f3-TCP-80',
    backendPool: 'kubernetes',
    probe: { protocol: 'Http', port: 31000, path: '/healthz' },
    verdict: 'even',
    lost: 0,
    losses: [],
    backends: [
      { node: 'aks-user-12345678-vmss000000', nodePool: 'user', member: true, up: true, share: 1 },
    ],
    backendTotals: { members: 1, up: 1 },
    endpoints: [endpoint()],
    ...changes,
  };
}

export function service(changes: Partial<ServiceReport> = {}): ServiceReport {
  return {
    namespace: 'shop',
    name: 'web',
    externalTrafficPolicy: 'Local',
    loadBalancer: { name: 'kubernetes', sku: 'standard' },
    ports: [port()],
    ...changes,
  };
}

export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    fingerprint: '3f9c1a7be2d04c55',
    rule: 'traffic/starved-endpoints',
    severity: 'critical',
    state: 'new',
    firstSeen: seenAt,
    lastSeen: seenAt,
    subject: { kind: 'Service', namespace: 'shop', name: 'web' },
    title: '2 of 3 ready pods of shop/web receive no traffic',
    message: '1 pod carries all new connections.',
    causes: ['basic-single-vm-set'],
    evidence: {},
    help: 'shared/rules/traffic/starved-endpoints.md',
    fixes: [],
    ...changes,
  };
}

/** A complete cluster without Services or findings. */
export function cluster(changes: Partial<ClusterReport> = {}): ClusterReport {
  const name = changes.name ?? 'aks-app';
  return {
    id: `/subscriptions/${subscription}/resourcegroups/rg-app/providers/microsoft.containerservice/managedclusters/${name}`,
    name,
    subscriptionId: subscription,
    resourceGroup: 'rg-app',
    location: 'westeurope',
    kubernetesVersion: '1.36.2',
    result: 'complete',
    coverage: [
      { slice: 'loadBalancers', state: 'read', readAt: seenAt, items: 1 },
      { slice: 'nodes', state: 'read', readAt: seenAt, items: 4 },
    ],
    services: [],
    findings: [],
    unknown: [],
    ...changes,
  };
}

export function report(clusters: readonly ClusterReport[], planned = clusters.length): Report {
  return buildReport({ version: '0.1.0', run, planned, clusters });
}
