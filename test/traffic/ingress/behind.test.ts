import { describe, expect, test } from '@jest/globals';
import { behindServices } from '../../../shared/traffic/index.ts';
import { cluster, ingress, ingressPath, routed } from '../../builders/index.ts';

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
