import { describe, expect, test } from '@jest/globals';
import type { ClusterReport } from '../../shared/report/report.ts';
import { service, type ClusterChanges } from '../../simulator/build.ts';
import type { FaultAction, FaultRule } from '../../simulator/faults.ts';
import { hostOf } from '../simulator/running.ts';
import { azureHosts, clusters, world } from './world.ts';

/** The report of one cluster, and what was asked for on the way. */
async function audited(
  changes: ClusterChanges,
  given: { faults?: readonly FaultRule[]; allowPrivateClusters?: boolean } = {},
) {
  const { faults = [], allowPrivateClusters = false } = given;
  const { audit, simulator, server } = await world(clusters({ one: changes }), { faults });
  const { clusters: reports } = await audit({ allowPrivateClusters });
  const [report] = reports;
  if (report === undefined) throw new Error('no report');
  return { report, asked: simulator.log.entries(), host: hostOf(simulator, 'one'), server };
}

const credential = 'listClusterUserCredential';
const askedOf = (asked: readonly { readonly path: string }[], part: string): number =>
  asked.filter(({ path }) => path.includes(part)).length;

describe('a cluster that is not read from inside', () => {
  test('stopped: skipped, and not asked', async () => {
    const { report, asked } = await audited({ powerState: 'Stopped' });
    expect(report).toMatchObject({ result: 'skipped', reason: expect.stringContaining('stopped') });
    expect(askedOf(asked, credential)).toBe(0);
  });

  test('without Entra: denied, and its admin certificate is never asked for', async () => {
    const { report, asked } = await audited({ access: { entra: false, azureRbac: false } });
    expect(report).toMatchObject({
      result: 'denied',
      reason: expect.stringContaining('--kubernetes'),
    });
    expect(askedOf(asked, 'Credential')).toBe(0);
  });

  test('private: unreachable, with the setting that allows it', async () => {
    const access = { privateCluster: true };
    const { report, asked } = await audited({ access });
    expect(report).toMatchObject({
      result: 'unreachable',
      reason: expect.stringContaining('EVENKEEL_ALLOW_PRIVATE_CLUSTERS=true'),
    });
    expect(askedOf(asked, credential)).toBe(0);
    const allowed = await audited({ access }, { allowPrivateClusters: true });
    expect(allowed.report).toMatchObject({ result: 'complete' });
  });

  test('private, allowed, and out of reach: unreachable, with the private DNS zone', async () => {
    const access = { privateCluster: true, reachable: 'no' } as const;
    const { report } = await audited({ access }, { allowPrivateClusters: true });
    expect(report).toMatchObject({
      result: 'unreachable',
      reason: expect.stringMatching(/ENOTFOUND.*private DNS zone/u),
    });
  });

  test('no right to its kubeconfig: denied, with the command that gives it', async () => {
    const { report } = await audited({ access: { credentialsDenied: true } });
    expect(report).toMatchObject({ result: 'denied' });
    expect(report.reason).toContain(
      'az role assignment create --assignee IDENTITY_OBJECT_ID --role "Azure Kubernetes Service Cluster User Role" --scope "/subscriptions/',
    );
    expect(report.reason).toContain('listClusterUserCredential/action');
  });

  const everything = [
    'networkpolicies',
    'nodes',
    'pods',
    'services',
    'endpointslices',
    'deployments',
    'statefulsets',
    'daemonsets',
    'namespaces',
    'events',
  ];
  test.each([
    [true, '--role "Evenkeel Cluster Reader" --scope'],
    [false, 'kubectl apply -f infra/cluster-reader.clusterrole.yaml'],
  ])(
    'no right to any object (Azure RBAC: %s): denied, with what gives it',
    async (azureRbac, grant) => {
      const { report } = await audited({ access: { azureRbac, denied: everything } });
      expect(report).toMatchObject({ result: 'denied', reason: expect.stringContaining(grant) });
      expect(report.reason).toContain('missing: list nodes');
    },
  );

  test('no right to some: partial, each by verb and resource', async () => {
    const denied = ['nodes', 'endpointslices'];
    const { report } = await audited({ access: { denied } });
    expect(report.result).toBe('partial');
    // Once, though what rests on the nodes is unread for the same reason.
    expect(report.reason?.split('missing: list nodes')).toHaveLength(2);
    expect(report.reason).toContain('missing: list endpointslices.discovery.k8s.io');
    expect(report.reason).toContain('Evenkeel Cluster Reader');
  });

  test.each<[string, FaultAction, string]>([
    ['resets', { kind: 'reset' }, 'the connection broke'],
    ['is down', { kind: 'status', status: 503 }, 'returned 503'],
    [
      'has another certificate',
      { kind: 'tls', certificate: 'other-authority' },
      'not by the authority',
    ],
    [
      'has a certificate of another name',
      { kind: 'tls', certificate: 'wrong-name' },
      'another name',
    ],
    ['has an expired certificate', { kind: 'tls', certificate: 'expired' }, 'has expired'],
    ['redirects', { kind: 'redirect', to: 'https://evil.test/' }, 'returned 302'],
    ['sends a bomb', { kind: 'gzip-bomb', megabytes: 40 }, 'larger than'],
  ])('its API server %s: unreachable', async (_, action, why) => {
    const { report, server, host } = await audited({}, { faults: [{ host: 'one-*', action }] });
    expect(report).toMatchObject({ result: 'unreachable', reason: expect.stringContaining(why) });
    expect(server.lookups()).toEqual(new Set([...azureHosts, host]));
  });

  test('its API server does not take the token: denied, after one new token', async () => {
    const action = { kind: 'status', status: 401 } as const;
    const { report, asked } = await audited({}, { faults: [{ host: 'one-*', action }] });
    expect(report).toMatchObject({ result: 'denied', reason: expect.stringContaining('(401)') });
    expect(askedOf(asked, '/version')).toBeLessThanOrEqual(2);
  });

  test('there is no token: denied', async () => {
    const action = { kind: 'status', status: 403 } as const;
    const path = 'resource=6dae42f8';
    const { report } = await audited({}, { faults: [{ host: '127.0.0.1', path, action }] });
    expect(report).toMatchObject({
      result: 'denied',
      reason: expect.stringMatching(/^no token for/u),
    });
  });
});

describe('a cluster that is deleted during the run', () => {
  const notFound = { path: credential, action: { kind: 'status', status: 404 } } as const;
  const none: FaultAction = { kind: 'replace', body: () => '{"value":[]}' };

  test('is gone where ARM lists it no more', async () => {
    const relist = { path: '/managedClusters?', from: 3, action: none };
    const { report } = await audited({}, { faults: [notFound, relist] });
    expect(report).toMatchObject({ result: 'gone', findings: [], services: [] });
  });

  test('is unreachable where ARM still lists it', async () => {
    const { report } = await audited({}, { faults: [notFound] });
    expect(report).toMatchObject({ result: 'unreachable', reason: expect.stringContaining('404') });
  });

  test('is unreachable where ARM does not answer any more', async () => {
    const relist = { path: '/managedClusters?', from: 3, action: { kind: 'forbid' } } as const;
    const { report } = await audited({}, { faults: [notFound, relist] });
    expect(report).toMatchObject({ result: 'unreachable' });
  });

  test('is gone where its name leads nowhere and ARM lists it no more', async () => {
    const relist = { path: '/managedClusters?', from: 3, action: none };
    const { report } = await audited({ access: { reachable: 'no' } }, { faults: [relist] });
    expect(report.result).toBe('gone');
  });
});

describe('whatever the word', () => {
  const changes: ClusterChanges = {
    loadBalancerSku: 'Basic',
    services: [service('main/web')],
    loadBalancers: [],
  };

  test.each<[string, ClusterChanges]>([
    ['skipped', { powerState: 'Stopped' }],
    ['denied', { access: { entra: false } }],
    ['unreachable', { access: { privateCluster: true } }],
  ])('%s: the Azure side is judged', async (word, special) => {
    const { report } = await audited({ ...changes, ...special });
    expect(report.result).toBe(word);
    expect(rulesOf(report)).toContain('load-balancer/basic-sku-retired');
    expect(
      report.coverage.filter(({ state }) => state === 'read').map(({ slice }) => slice),
    ).toEqual(expect.arrayContaining(['managedCluster', 'loadBalancers', 'networkInterfaces']));
    expect(report.unknown.length).toBeGreaterThan(0);
  });
});

describe('a kubeconfig that ARM answers', () => {
  const forms = ['auth-provider', 'hostile-exec'] as const;
  test.each(forms)('with %s is read as data', async (form) => {
    const action: FaultAction = { kind: 'kubeconfig', form };
    const { report } = await audited({}, { faults: [{ path: credential, action }] });
    expect(report.result).toBe('complete');
  });

  test.each([
    ['token-file', 'names a file'],
    ['proxy-url', 'proxy-url'],
    ['insecure-skip-tls-verify', 'insecure-skip-tls-verify'],
    ['tls-server-name', 'tls-server-name'],
    ['other-server', 'is not under azmk8s.io'],
    ['metadata-server', 'is not under azmk8s.io'],
    ['no-authority', 'certificate-authority-data'],
    ['not-yaml', 'no YAML map'],
    ['alias-bomb', 'no YAML map'],
  ] as const)('with %s is refused: no request, no lookup and no token', async (form, why) => {
    const action: FaultAction = { kind: 'kubeconfig', form };
    const { report, asked, server } = await audited({}, { faults: [{ path: credential, action }] });
    expect(report).toMatchObject({ result: 'unreachable', reason: expect.stringContaining(why) });
    expect(server.lookups()).toEqual(new Set(azureHosts));
    const hosts = new Set(asked.map((each) => each.host));
    expect([...hosts].toSorted()).toEqual(['127.0.0.1', ...azureHosts]);
    const tokens = asked.filter((each) => each.host === '127.0.0.1').map(({ query }) => query);
    expect(tokens.filter((query) => query.includes('6dae42f8'))).toEqual([]);
  });

  test('with two clusters: the one of its context', async () => {
    const action: FaultAction = { kind: 'kubeconfig', form: 'two-clusters' };
    const { report, server, host } = await audited({}, { faults: [{ path: credential, action }] });
    expect(report.result).toBe('complete');
    expect(server.lookups()).toEqual(new Set([...azureHosts, host]));
  });
});

function rulesOf({ findings }: ClusterReport): readonly string[] {
  return findings.map(({ rule }) => rule);
}
