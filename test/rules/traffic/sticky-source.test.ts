import { stickySource } from '../../../shared/rules/traffic/sticky-source.ts';
import { unread, type LoadBalancerService } from '../../../shared/model/index.ts';
import { loadBalancer, service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const low = {
  subject: 'Service shop/web',
  severity: 'low',
  causes: ['client-ip-affinity'],
} as const;

function web(changes: Partial<LoadBalancerService> = {}): SnapshotChanges {
  return { services: [service({ sessionAffinity: 'ClientIP', ...changes })] };
}

function distributed(loadDistribution: string): SnapshotChanges {
  const given = loadBalancer();
  const rules = given.rules.map((rule) => ({ ...rule, loadDistribution }));
  return { ...web(), loadBalancers: [{ ...given, rules }] };
}

describeRule(stickySource, {
  fires: [
    {
      name: 'session affinity by client address',
      given: distributed('SourceIP'),
      finds: [
        {
          ...low,
          evidence: {
            sessionAffinity: 'ClientIP',
            externalTrafficPolicy: 'Local',
            distributionInAzure: ['SourceIP'],
          },
        },
      ],
    },
    {
      name: 'under Cluster as well',
      given: web({ externalTrafficPolicy: 'Cluster' }),
      finds: [{ ...low, evidence: { externalTrafficPolicy: 'Cluster' } }],
    },
    {
      name: 'Azure has not followed yet',
      given: distributed('Default'),
      finds: [{ ...low, evidence: { distributionInAzure: ['Default'] } }],
    },
    {
      name: 'the load balancers were not read: the Service says it',
      given: { ...web(), loadBalancers: unread('403') },
      finds: [low],
    },
  ],
  quiet: [
    { name: 'no affinity', given: {} },
    {
      name: 'SourceIP in Azure that the Service does not ask for goes with the next reconcile',
      given: { ...distributed('SourceIP'), services: [service()] },
    },
    { name: 'the Service is being deleted', given: web({ deleting: true }) },
    {
      name: 'another controller serves a Service without affinity',
      given: { services: [service({ loadBalancerClass: 'tailscale' })] },
    },
    { name: 'there is no Service', given: { services: [] } },
  ],
  boundary: [
    { name: 'a value of a later time', given: web({ sessionAffinity: 'Cookie' }), finds: [] },
  ],
  unknown: [
    {
      name: 'another controller serves the Service',
      given: web({ loadBalancerClass: 'tailscale' }),
      why: 'shop/web: another controller serves loadBalancerClass tailscale',
    },
  ],
});
