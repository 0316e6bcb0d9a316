import { describe, expect, test } from '@jest/globals';
import {
  expectedProbe,
  knownAnnotations,
  knownPortAnnotations,
  probeSettings,
  wholeNumbersOf,
} from '../../shared/load-balancing/index.ts';
import { loadBalancer, port80, service } from '../builders/index.ts';

describe('the table of annotations', () => {
  test('holds each name once', () => {
    for (const table of [knownAnnotations, knownPortAnnotations]) {
      const names = table.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
    }
  });

  test.each([
    { name: 'azure-load-balancer-tcp-idle-timeout', least: 4, most: 100 },
    { name: 'azure-load-balancer-health-probe-interval', least: 5, most: Infinity },
    { name: 'azure-load-balancer-health-probe-num-of-probe', least: 2, most: Infinity },
    { name: 'azure-load-balancer-mode', least: -Infinity, most: Infinity },
  ])('$name takes whole numbers from $least to $most', ({ name, least, most }) => {
    expect(wholeNumbersOf(name)).toEqual({ least, most });
  });

  test('versions are those of Kubernetes', () => {
    const since = knownAnnotations.flatMap((each) => each.since ?? []);
    expect(since.filter((version) => !/^1\.\d{2}$/u.test(version))).toEqual([]);
    expect(since.length).toBeGreaterThan(15);
  });
});

describe('the settings of probes', () => {
  const shared = { name: 'Cluster-Service-Shared-Health-Probe', protocol: 'http', port: 10_356 };

  test.each([
    { what: 'no load balancer', given: [], shared: undefined },
    { what: 'one without the shared probe', given: [loadBalancer()], shared: undefined },
    {
      what: 'the shared probe on any of them, with the port that it has',
      given: [loadBalancer(), loadBalancer({ name: 'b', probe: { ...shared, path: '/ready' } })],
      shared: { port: 10_356, path: '/ready' },
    },
    {
      what: 'a shared probe that names no path',
      given: [loadBalancer({ probe: shared })],
      shared: { port: 10_356, path: '/healthz' },
    },
  ])('$what', ({ given, shared: expected }) => {
    expect(probeSettings('standard', given)).toEqual({ sku: 'standard', shared: expected });
    expect(probeSettings('standard', given)).toEqual({ sku: 'standard', shared: expected });
  });

  test.each([
    { version: '1.23.17', protocol: 'Tcp' },
    { version: 'v1.9', protocol: 'Tcp' },
    { version: '1.24', protocol: 'Http' },
    { version: '1.36.2', protocol: 'Http' },
    { version: undefined, protocol: 'Http' },
    { version: 'latest', protocol: 'Http' },
  ])('appProtocol http alone under Kubernetes $version: $protocol', ({ version, protocol }) => {
    const of = service({ externalTrafficPolicy: 'Cluster' });
    const settings = probeSettings('standard', [], version);
    const names = { own: 'own', local: 'local' };
    const probed = expectedProbe({ ...port80, appProtocol: 'http' }, of, settings, names);
    expect(probed).toMatchObject({ probe: { protocol } });
  });
});
