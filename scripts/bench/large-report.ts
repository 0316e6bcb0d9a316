import { createHash } from 'node:crypto';
import type { Finding, Severity } from '../../shared/findings/index.ts';
import { buildReport, type ClusterReport, type Report } from '../../shared/report/index.ts';
import type { PortReport, ServiceReport } from '../../shared/report/report.ts';

const startedAt = '2026-11-23T06:00:00Z';
const rules = [
  ['traffic/starved-endpoints', 'critical'],
  ['traffic/uneven-share', 'medium'],
  ['traffic/source-ip-hidden', 'low'],
  ['backend/eligible-node-missing', 'medium'],
  ['load-balancer/basic-sku-retired', 'high'],
  ['placement/user-pods-on-system-pool', 'medium'],
  ['placement/spread-not-enforced', 'low'],
  ['probe/http-root-path', 'medium'],
  ['service/unknown-annotation', 'low'],
  ['network/nsg-blocks-service', 'critical'],
] as const;

/** A made-up report of a large fleet, the same every time: ten findings and two Services a cluster. */
export function largeReport(clusters: number): Report {
  return buildReport({
    version: '0.1.0',
    run: { id: startedAt, trigger: 'timer', startedAt, finishedAt: '2026-11-23T06:11:00Z' },
    planned: clusters,
    clusters: Array.from({ length: clusters }, (_, at) => cluster(at)),
    history: Array.from({ length: 60 }, (_, at) => ({
      runId: `run-${at}`,
      startedAt: new Date(Date.parse(startedAt) - (60 - at) * 21_600_000).toISOString(),
      findings: {
        critical: 9_000 + at * 20,
        high: 5_000,
        medium: 20_000 - at * 9,
        low: 15_000,
        info: 0,
      },
      clusters: { planned: clusters, complete: clusters - (at % 7) * 10 },
      changes: { new: (at * 37) % 90, resolved: (at * 53) % 80 },
    })),
  });
}

function cluster(at: number): ClusterReport {
  const name = `aks-${['prod', 'test', 'dev'][at % 3] ?? ''}-${['weu', 'neu', 'eus', 'sea'][at % 4] ?? ''}-${String(at).padStart(4, '0')}`;
  const subscriptionId = `00000000-0000-0000-0000-${String(at % 120).padStart(12, '0')}`;
  const resourceGroup = `rg-${name}`;
  const id = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/microsoft.containerservice/managedclusters/${name}`;
  const denied = at % 97 === 0;
  const services = denied ? [] : [service(at, 0), service(at, 1)];
  return {
    id,
    name,
    subscriptionId,
    resourceGroup,
    location: 'westeurope',
    kubernetesVersion: '1.36.2',
    owner: `team-${at % 80}`,
    result: denied ? 'denied' : 'complete',
    ...(denied && { reason: '403: grant Azure Kubernetes Service RBAC Reader on the cluster' }),
    coverage: ['nodes', 'services', 'endpointSlices', 'loadBalancers'].map((slice) =>
      denied
        ? { slice, state: 'unread' as const, why: '403' }
        : { slice, state: 'read' as const, readAt: startedAt, items: 12 },
    ),
    services,
    findings: rules.map((_, index) => finding(id, name, at, index)),
    unknown: denied ? rules.map(([rule]) => ({ rule, why: 'nodes: 403' })) : [],
  };
}

function service(at: number, which: number): ServiceReport {
  return {
    namespace: ['shop', 'pay', 'search'][(at + which) % 3] ?? '',
    name: `web-${at % 50}-${which}`,
    externalTrafficPolicy: which === 0 ? 'Local' : 'Cluster',
    loadBalancer: { name: 'kubernetes', sku: 'standard' },
    ports: [port(at, which)],
  };
}

function port(at: number, which: number): PortReport {
  const starved = which === 0 && at % 5 === 0;
  const pods = Array.from({ length: 8 }, (_, pod) => pod);
  return {
    port: 443,
    protocol: 'TCP',
    family: 'IPv4',
    portName: 'https',
    loadBalancer: { name: 'kubernetes', sku: 'standard' },
    frontend: `20.${at % 200}.${which}.10`,
    rule: `a${print(String(at), 30)}-TCP-443`,
    backendPool: 'kubernetes',
    probe: { protocol: 'Http', port: 31000, path: '/healthz' },
    verdict: starved ? 'starved' : 'even',
    lost: 0,
    losses: [],
    backends: pods.map((node) => ({
      node: `aks-user-${at}-vmss00000${node}`,
      nodePool: 'user',
      member: !starved || node < 4,
      up: !starved || node < 4,
      share: starved ? (node < 4 ? 0.25 : 0) : 0.125,
    })),
    backendTotals: { members: 8, up: starved ? 4 : 8 },
    endpoints: pods.map((pod) => ({
      pod: `web-${at % 50}-${print(`${at}`, 9)}-${print(`${at}${pod}`, 5)}`,
      node: `aks-user-${at}-vmss00000${pod}`,
      nodePool: 'user',
      ready: true,
      share: starved ? (pod < 4 ? 0.25 : 0) : 0.125,
      ...(starved &&
        pod >= 4 && { because: 'node-not-in-backend-pool', cause: 'node-missing-from-pool' }),
    })),
  };
}

function finding(clusterId: string, clusterName: string, at: number, index: number): Finding {
  const [rule, worst] = rules[index] ?? rules[0];
  const severity = severityOf(worst, at, index);
  const name = `web-${at % 50}-${index % 2}`;
  const namespace = ['shop', 'pay', 'search'][(at + index) % 3] ?? '';
  return {
    fingerprint: print(`${clusterId}${rule}`, 16),
    rule,
    severity,
    state: (at + index) % 9 === 0 ? 'new' : 'open',
    firstSeen: `2026-${String(1 + (at % 10)).padStart(2, '0')}-01T06:00:00Z`,
    lastSeen: startedAt,
    subject: { kind: 'Service', namespace, name },
    title: `${1 + (at % 4)} of 8 ready pods of ${namespace}/${name} are not served as they should be (${rule.split('/')[1] ?? ''})`,
    message: `The Service ${namespace}/${name} of ${clusterName} has 8 ready pods on 8 nodes; ${1 + (at % 4)} of them get no new connections, since their nodes aks-user-${at}-vmss000004 and others are missing from the backend pool kubernetes.`,
    causes: ['node-missing-from-pool'],
    evidence: { readyPods: 8, starvedPods: 1 + (at % 4), nodes: [`aks-user-${at}-vmss000004`] },
    help: `shared/rules/${rule}.md`,
    fixes: [
      {
        title: 'Accept traffic on every node (externalTrafficPolicy: Cluster)',
        steps: [
          {
            tool: 'kubectl',
            text: `kubectl -n ${namespace} patch service ${name} --type merge -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
          },
        ],
        price: [
          'the client source IP is lost: pods see a node address',
          'one extra hop for most connections',
        ],
      },
    ],
  };
}

/** One critical rule in eight stays critical and one high in five high, as in real fleets. */
function severityOf(worst: Severity, at: number, index: number): Severity {
  if (worst === 'critical' && (at + index) % 8 > 0) return at % 3 === 0 ? 'medium' : 'low';
  if (worst === 'high' && at % 5 > 0) return 'info';
  return worst === 'medium' && at % 4 > 0 ? 'low' : worst;
}

function print(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
