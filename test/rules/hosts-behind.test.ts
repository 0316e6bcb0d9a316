import { expect, test } from '@jest/globals';
import { closedPort } from '../../shared/rules/probe/closed-port.ts';
import { singleBackend } from '../../shared/rules/traffic/single-backend.ts';
import { singleNodeGateway } from '../../shared/rules/ingress/single-node-gateway.ts';
import { serviceKey, type LoadBalancerService } from '../../shared/model/index.ts';
import type { Rule } from '../../shared/rules/index.ts';
import {
  azure,
  cluster,
  loadBalancer,
  nicMember,
  node,
  routed,
  sliceOf,
} from '../builders/index.ts';

const { services = [] } = routed();
const [nginx] = services as readonly LoadBalancerService[];
if (nginx === undefined) throw new Error('no gateway');

function faultsOf(rule: Rule, changes: Parameters<typeof routed>[0]) {
  const outcome = rule.run(cluster(routed(changes)));
  return outcome.kind === 'checked' ? outcome.faults : [];
}

test('a probe of a gateway that asks a closed port names the hosts and workloads behind', () => {
  const asks = azure({ 'port_80_health-probe_port': '9' });
  const [fault] = faultsOf(closedPort, { services: [{ ...nginx, annotations: asks }] });
  expect(fault?.message).toMatch(/ It serves 1 host: shop\.example\.com, for 1 workload/u);
  expect(fault?.evidence).toMatchObject({ hostCount: 1, hosts: ['shop.example.com'] });
});

test('a Service that is no gateway names none', () => {
  const asks = azure({ 'port_80_health-probe_port': '9' });
  const [fault] = faultsOf(closedPort, {
    services: [{ ...nginx, annotations: asks }],
    ingresses: [],
    httpRoutes: [],
  });
  expect(fault?.message).not.toContain('It serves');
});

test('a gateway on one node is one finding', () => {
  const local = { ...nginx, externalTrafficPolicy: 'Local' as const, healthCheckNodePort: 31_000 };
  const changes = {
    services: [local],
    loadBalancers: [
      loadBalancer({
        key: serviceKey(local.uid),
        members: [node('user-0'), node('user-1')].map(nicMember),
      }),
    ],
    endpointSlices: [
      sliceOf('app', ['app-a@user-0', 'app-b@user-1']),
      sliceOf('ingress-nginx-controller', ['nginx-a@user-0', 'nginx-b@user-0'], 'ingress-nginx'),
    ],
  };
  expect(faultsOf(singleNodeGateway, changes)).toHaveLength(1);
  expect(faultsOf(singleBackend, changes)).toEqual([]);
  // It is no gateway without routes, and the other finding says it.
  const routes = { ingresses: [], httpRoutes: [], gateways: [] };
  expect(faultsOf(singleNodeGateway, { ...changes, ...routes })).toEqual([]);
  expect(faultsOf(singleBackend, { ...changes, ...routes })).toHaveLength(1);
});
