import { beforeAll, describe, expect, test } from '@jest/globals';
import { demoFleet } from '../../simulator/fleets/demo.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import type { LoggedRequest } from '../../simulator/request-log.ts';
import type { AuditProgress } from '../../shared/audit/audit-folders.ts';
import { auditLive, type LiveAudit } from '../../shared/service/audit-live.ts';
import type { ClusterReport } from '../../shared/report/report.ts';
import { liveFleet } from '../../shared/audit/live-fleet.ts';
import { azureCredential } from '../../shared/audit/credential.ts';
import { auditFleet } from '../simulator/audit.ts';
import { allAsked, allowed, operationsAsked } from './operations.ts';
import { words, world } from './world.ts';

let audit: LiveAudit;
let asked: readonly LoggedRequest[];
const progress: AuditProgress[] = [];

beforeAll(async () => {
  const { simulator, server, azure } = await world(demoFleet());
  // @azure/identity and MSAL read the environment themselves.
  Object.assign(process.env, server.identity);
  const environment = server.identity;
  const credential = azureCredential(environment, false, 'https://login.microsoftonline.com');
  audit = await auditLive({
    azure: azure({ environment, credential }),
    subscriptions: 'all',
    takenAt: demoFleet().now,
    onProgress: (each) => progress.push(each),
  });
  asked = simulator.log.entries();
  operationsAsked(simulator.log);
});

describe('a whole fleet over TLS, by the clients and the identity of production', () => {
  test('every cluster has its word', () => {
    const word = Object.entries(words(audit.clusters)).map(([name, text]) => [
      name,
      text.split(' ', 1)[0],
    ]);
    expect(word.filter(([, result]) => result !== 'complete')).toEqual([
      ['crm-no-entra', 'denied'],
      ['finance-denied', 'partial'],
      ['lab-stopped', 'skipped'],
      ['media-partial', 'partial'],
      ['vault-private', 'unreachable'],
    ]);
    expect(
      audit.subscriptions.map(({ name, result, clusters }) => [name, result, clusters]),
    ).toEqual([
      ['Contoso Production', 'complete', 4],
      ['Contoso Platform', 'complete', 8],
      ['Contoso Legacy', 'complete', 8],
    ]);
  });

  test('what can be read is judged as it is in memory', async () => {
    const { clusters } = await auditFleet(
      createSimulator({ fleet: { ...demoFleet(), now: new Date(demoFleet().now).toISOString() } }),
    );
    // Of games-prod Azure says another thing than can be predicted: an application answers 404.
    const read = audit.clusters.filter(
      ({ name, result }) => result === 'complete' && name !== 'games-prod',
    );
    const same = clusters.filter(({ id }) => read.some((each) => each.id === id));
    expect(read.length).toBeGreaterThan(8);
    const sorted = same.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(read.map(judged)).toEqual(sorted.map(judged));
  });

  test('progress ends with all of them', () => {
    const { length } = audit.clusters;
    expect(progress.at(-1)).toMatchObject({ done: length, total: length });
    expect(audit.problems).toEqual([]);
  });

  test('a cluster that a list lacks is asked for by its own id: only 404 says that it is deleted', async () => {
    const { simulator, azure } = await world(demoFleet());
    const fleet = liveFleet(azure(), { subscriptions: 'all', onProblems: () => undefined });
    const { id, subscriptionId = '' } = audit.clusters[0] ?? { id: '' };
    const ask = (own: string) => fleet.isDeleted({ id: own, subscriptionId });
    expect(await ask(id)).toEqual({ kind: 'read', value: false });
    expect(await ask(`${id}-not`)).toEqual({ kind: 'read', value: true });
    simulator.faults.set([{ path: '/managedClusters/', action: { kind: 'forbid' } }]);
    expect(await ask(id)).toMatchObject({ kind: 'unread', why: expect.stringContaining('403') });
  });

  test('exactly the operations of the allow-list were asked for, and one that writes never', () => {
    expect(allAsked()).toEqual(allowed);
  });

  test('tokens of ARM went to ARM, those of AKS to API servers', () => {
    const seen = new Set(asked.map(({ host, audience }) => `${kindOf(host)} ${audience}`));
    expect([...seen].toSorted()).toEqual([
      'arm arm',
      'identity undefined',
      'kubernetes aks',
      'metrics arm',
    ]);
  });

  test('one token for each audience', () => {
    expect(asked.filter(({ host }) => kindOf(host) === 'identity')).toHaveLength(2);
  });

  test('the list of all pods is never asked for', () => {
    const pods = asked.filter(({ path }) => path === '/api/v1/pods');
    expect(pods.length).toBeGreaterThan(10);
    for (const { query } of pods)
      expect(query).toMatch(/fieldSelector=(?:spec.nodeName|status.phase|spec.hostNetwork)%3D/u);
  });
});

/** What a cluster's report says without Azure's own observations, which only a live audit has. */
function judged({ id, result, coverage, services, findings }: ClusterReport) {
  const observed = ['backendHealth', 'loadBalancerMetrics', 'resourceChanges'];
  return {
    id,
    result,
    coverage: coverage.filter(({ slice }) => !observed.includes(slice)),
    services: services.map(({ namespace, name, ports }) => ({
      namespace,
      name,
      ports: ports.map(({ port, verdict, lost, endpoints, backends }) => ({
        port,
        verdict,
        lost,
        endpoints,
        up: backends.map(({ node, up }) => [node, up]),
      })),
    })),
    findings: findings
      .filter(
        ({ rule }) => !['load-balancer/platform-fault', 'outbound/snat-ports-used'].includes(rule),
      )
      .map(({ fingerprint, rule, causes, title, fixes }) => ({
        fingerprint,
        rule,
        causes,
        title,
        fixes,
      }))
      .toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)),
  };
}

function kindOf(host: string): string {
  if (host === 'management.azure.com') return 'arm';
  if (host.endsWith('.metrics.monitor.azure.com')) return 'metrics';
  return host === '127.0.0.1' ? 'identity' : 'kubernetes';
}
