import type { ClusterReport, PortReport, Report } from '../../../shared/report/report.ts';
import { cluster, endpoint, finding, port, report, run, service } from '../builders.ts';
import { articleCluster, fleetReport, lossyCluster } from '../samples.ts';

/** Ten Services in one cluster of three load balancers, each with pods of its own. */
export const balancersReport: Report = report([
  cluster({
    name: 'aks-several',
    services: ['kubernetes', 'lb-team-a', 'lb-team-b-internal'].flatMap((name, at) =>
      ['web', 'api', 'metrics'].map((name_, index) =>
        service({
          namespace: `team-${at}`,
          name: `${name_}-${index}`,
          externalTrafficPolicy: index === 1 ? 'Cluster' : 'Local',
          loadBalancer: { name, sku: 'standard' },
          ports: [balancerPort(name, at, index), { ...balancerPort(name, at, index), port: 443 }],
        }),
      ),
    ),
  }),
]);

function balancerPort(balancer: string, at: number, index: number): PortReport {
  const nodes = Array.from({ length: 5 }, (_, node) => `aks-pool${at}-vmss00000${node}`);
  const local = index !== 1;
  const hosts = local ? nodes.slice(0, 3) : nodes;
  const uneven = index === 2;
  return port({
    loadBalancer: { name: balancer, sku: 'standard' },
    frontend: at === 2 ? 'fd00:1234:5678:9abc:def0:1234:5678:9abc' : `20.50.${at}.${index}`,
    family: at === 2 ? 'IPv6' : 'IPv4',
    rule: `a0f3c2d1e4b5968778695a4b3c2d1e0f-TCP-80-${index}`,
    backendPool: `team-${at}-web-${index}`,
    probe: { protocol: 'Https', port: 32_100 + index, path: '/healthz/ready/and/more' },
    verdict: uneven ? 'uneven' : 'even',
    backends: nodes.map((node) => ({
      node,
      nodePool: `pool${at}`,
      member: true,
      up: hosts.includes(node),
      share: hosts.includes(node) ? 1 / hosts.length : 0,
    })),
    backendTotals: { members: 5, up: hosts.length },
    endpoints: Array.from({ length: uneven ? 6 : 3 }, (_, pod) => {
      const host = uneven && pod > 2 ? 0 : pod % 3;
      return endpoint({
        pod: `svc-${at}-${index}-6b5f7c8d9-${pod}abcd`,
        node: nodes[host] ?? '',
        nodePool: `pool${at}`,
        share: uneven ? (host === 0 ? 1 / 12 : 1 / 3) : 1 / 3,
      });
    }),
  });
}

const longest = 'a-name-that-is-as-long-as-the-api-server-lets-it-be-'.padEnd(63, 'mw');

const url = `https://example.org/${'a-long-part-of-a-path/'.repeat(10)}?${'q'.repeat(150)}`;
const prefixes = Array.from({ length: 20 }, (_, at) => `10.${at}.0.0/16`).join(',');

/** Every name as long as Kubernetes and Azure allow, with the widest letters. */
export const longNamesReport: Report = report([longNames(articleCluster), longNames(lossyCluster)]);

function longNames(given: ClusterReport): ClusterReport {
  const name = (at: number): string => `${longest}${'.'.concat(longest).repeat(2)}-${at}`;
  return {
    ...given,
    name: longest,
    services: given.services.map((each) => ({
      ...each,
      namespace: longest,
      name: longest,
      loadBalancer: { name: longest, sku: 'standard' },
      ports: each.ports.map((one) => ({
        ...one,
        rule: name(0),
        backendPool: name(1),
        loadBalancer: { name: longest, sku: 'standard' },
        backends: one.backends.map((backend, at) => ({
          ...backend,
          node: name(at),
          nodePool: 'W'.repeat(12),
        })),
        endpoints: one.endpoints.map((one_) => ({
          ...one_,
          pod: `${longest}-${one_.pod}`,
          node: name(one.backends.findIndex(({ node }) => node === one_.node)),
          nodePool: 'W'.repeat(12),
        })),
      })),
    })),
    findings: given.findings.map((each) => ({
      ...each,
      subject: { ...each.subject, namespace: longest, name: longest },
      title: `${longest} ${each.title}`,
      message: `${each.message} ${url}`,
      fixes: [
        {
          title: `See ${url}`,
          price: [],
          steps: [
            {
              tool: 'az' as const,
              text: `az network nsg rule create --name allow --source-address-prefixes=${prefixes} --no-wait`,
            },
            { tool: 'kubectl' as const, text: `kubectl apply --filename ${url}` },
          ],
        },
      ],
    })),
  };
}

/** A fleet with a past, exemptions, stale and resolved findings, and an owner. */
export const trendReport: Report = {
  ...report(
    [
      ...fleetReport.clusters,
      cluster({
        name: 'aks-kept',
        owner: 'shop',
        findings: (['exempt', 'stale', 'resolved', 'reopened'] as const).map((state, at) =>
          finding({
            fingerprint: `feed00000000000${at}`,
            state,
            title: `${state} finding`,
            severity: 'low',
            ...(state === 'exempt' && {
              exemption: { reason: 'moves in January', owner: 'shop', expires: '2027-01-31' },
            }),
            ...(state === 'reopened' && {
              exemption: {
                reason: 'was to move in June',
                owner: 'shop',
                expires: '2026-06-30',
                expired: true,
              },
            }),
          }),
        ),
      }),
    ],
    9,
  ),
  history: Array.from({ length: 20 }, (_, at) => ({
    runId: `run-${at}`,
    // Five runs are missing in the middle.
    startedAt: new Date(Date.parse(run.startedAt) - (20 - at + (at > 9 ? 0 : 5)) * 21_600_000)
      .toISOString()
      .replace('.000', ''),
    findings: {
      critical: 1 + (at % 3),
      high: 2,
      medium: 6 - (at % 4),
      low: 3 + (at % 5),
      info: at % 2,
    },
    ...(at > 3 && { clusters: { planned: 9, complete: 8 - (at % 2) } }),
    ...(at > 0 && { changes: { new: at % 4, resolved: (at * 3) % 5 } }),
  })),
};
