import { sourceIpHidden } from '../../../shared/rules/traffic/source-ip-hidden.ts';
import type { LoadBalancerService } from '../../../shared/model/index.ts';
import {
  loadBalancer,
  nicMember,
  node,
  service,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const low = { subject: 'Service shop/web', severity: 'low', causes: ['cluster-policy'] } as const;
const medium = { ...low, severity: 'medium' } as const;

function cluster(changes: Partial<LoadBalancerService> = {}): SnapshotChanges {
  const members = ['user-0', 'user-1'].map((name) => nicMember(node(name)));
  return {
    services: [service({ externalTrafficPolicy: 'Cluster', ...changes })],
    loadBalancers: [loadBalancer({ members, probe: 'node-port' })],
  };
}

function annotated(value: string): SnapshotChanges {
  return cluster({ annotations: new Map([['evenkeel.dev/needs-source-ip', value]]) });
}

describeRule(sourceIpHidden, {
  fires: [
    {
      name: 'Cluster',
      given: cluster(),
      finds: [{ ...low, evidence: { externalTrafficPolicy: 'Cluster', needed: false } }],
    },
    {
      name: 'Cluster, and the annotation says that the address is needed',
      given: annotated('true'),
      finds: [{ ...medium, evidence: { needed: true } }],
    },
    {
      name: 'Cluster, and the policy says so',
      given: cluster(),
      settings: { needsSourceIp: (namespace, name) => namespace === 'shop' && name === 'web' },
      finds: [medium],
    },
  ],
  quiet: [
    { name: 'Local', given: {} },
    {
      name: 'Local, and the address is needed',
      given: { services: [service()] },
      settings: { needsSourceIp: () => true },
    },
    { name: 'no address', given: cluster({ ingressIps: [], createdAt: '2026-11-01T00:00:00Z' }) },
    { name: 'no traffic', given: { ...cluster(), loadBalancers: [] } },
    { name: 'the Service is being deleted', given: cluster({ deleting: true }) },
    {
      name: 'Local with another controller in front: nothing here hides the address',
      given: { services: [service({ loadBalancerClass: 'tailscale' })] },
    },
  ],
  boundary: [
    { name: 'the annotation says false', given: annotated('false'), finds: [low] },
    { name: 'the annotation says nothing', given: annotated(''), finds: [low] },
    { name: 'the annotation in another letter case', given: annotated(' True '), finds: [medium] },
    {
      name: 'the policy names another Service',
      given: cluster(),
      settings: { needsSourceIp: (_, name) => name === 'api' },
      finds: [low],
    },
  ],
  unknown: [
    {
      name: 'Cluster with another controller in front',
      given: cluster({ loadBalancerClass: 'tailscale' }),
      why: 'shop/web: another controller serves loadBalancerClass tailscale',
    },
    {
      name: 'a policy of a later Kubernetes',
      given: cluster({ externalTrafficPolicy: 'Nearby' }),
      why: 'shop/web: externalTrafficPolicy Nearby is not a known value',
    },
  ],
});
