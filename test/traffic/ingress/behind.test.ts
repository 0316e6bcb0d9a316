import { describe, expect, test } from '@jest/globals';
import { behindServices } from '../../../shared/traffic/index.ts';
import {
  canary,
  cluster,
  clusterIpService,
  ingress,
  ingressPath,
  routed,
  sliceOf,
} from '../../builders/index.ts';

function behind(changes: Parameters<typeof routed>[0] = {}) {
  const found = behindServices.of(cluster(routed(changes)));
  if (found.kind === 'unread') throw new Error(found.why);
  return found.value;
}

const host = (name: string) => ({ rules: [{ host: name, paths: [ingressPath('/')] }] });

describe('hosts behind a Service', () => {
  test('of NGINX and of a Gateway, with what answers them', () => {
    const found = behind();
    expect([...found.keys()].toSorted()).toEqual([
      'ingress-nginx/ingress-nginx-controller',
      'shop/web-istio',
    ]);
    expect(found.get('ingress-nginx/ingress-nginx-controller')).toMatchObject({
      hostCount: 1,
      hosts: [{ backends: [{ ready: 2, workloads: ['Deployment app'] }], lost: 0 }],
    });
  });

  test('a canary with its part, and its Service in the other hosts without one', () => {
    const found = behind({
      ingresses: [
        ingress('web'),
        ingress('plain', host('plain.example.com')),
        canary('next', { 'canary-weight': '20' }),
      ],
      clusterIpServices: [clusterIpService('app'), clusterIpService('next')],
      endpointSlices: [
        sliceOf('app', ['app-a@user-0', 'app-b@user-1']),
        sliceOf('next', ['next-a@user-0']),
      ],
    }).get('ingress-nginx/ingress-nginx-controller');
    const parts = found?.hosts.map(({ backends }) =>
      backends.map(({ service, part }) => [service, part]),
    );
    const canaried = [
      ['shop/app:80', [0.8, 0.8]],
      ['shop/next:80', [0.2, 0.2]],
    ];
    // NGINX mixes a canary into the backend, so that every host with that backend gets it.
    expect(parts).toEqual([canaried, canaried]);
  });

  test('a canary that depends on a header', () => {
    const found = behind({
      ingresses: [ingress('web'), canary('next', { 'canary-by-header': 'x' })],
      clusterIpServices: [clusterIpService('app'), clusterIpService('next')],
    }).get('ingress-nginx/ingress-nginx-controller');
    expect(found?.hosts[0]?.backends.map(({ part }) => part)).toEqual(['unknown', 'unknown']);
  });

  test('a backend that is not there: nobody is ready, and its requests fail', () => {
    const found = behind({ clusterIpServices: [] });
    expect(found.get('ingress-nginx/ingress-nginx-controller')?.hosts[0]).toMatchObject({
      backends: [{ ready: 0, workloads: [] }],
      lost: 1,
    });
  });

  test('of more than 200 the first by name, all of them counted', () => {
    const names = Array.from({ length: 250 }, (_, at) => `h${String(at).padStart(3, '0')}.example`);
    const ingresses = names.map((name, at) => ingress(`web-${at}`, host(name)));
    const found = behind({ ingresses }).get('ingress-nginx/ingress-nginx-controller');
    expect(found?.hostCount).toBe(250);
    expect(found?.hosts.map((each) => each.host)).toEqual(names.slice(0, 200));
  });

  test('routes that were not read bring no hosts, and no other Service has any', () => {
    const denied = { kind: 'unread', why: '403', code: 'forbidden' } as const;
    expect([...behind({ ingresses: denied }).keys()]).toEqual(['shop/web-istio']);
  });
});
