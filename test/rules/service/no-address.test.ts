import { noAddress } from '../../../shared/rules/service/no-address.ts';
import { unread, type LoadBalancerService } from '../../../shared/model/index.ts';
import {
  azure,
  loadBalancer,
  nicMember,
  node,
  service,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const unexplained = { ...high, causes: ['unexplained'] } as const;

function web(changes: Partial<LoadBalancerService> = {}): SnapshotChanges {
  return { services: [service({ ingressIps: [], ...changes })] };
}

const members = [node('user-0'), node('user-1')].map(nicMember);
const whole = loadBalancer({ name: 'kubernetes-internal', members });

function annotated(annotations: Readonly<Record<string, string>>): SnapshotChanges {
  return web({ annotations: azure(annotations) });
}

describeRule(noAddress, {
  fires: [
    {
      name: 'three weeks without an address, and nothing says why',
      given: web(),
      finds: [{ ...unexplained, evidence: { createdAt: '2026-11-01T00:00:00Z', minutes: 32_040 } }],
    },
    {
      name: 'Azure has the address, and the status was never written',
      given: {
        ...web(),
        loadBalancers: [
          {
            ...whole,
            frontends: whole.frontends.map((each) => ({ ...each, privateIp: '10.224.0.200' })),
          },
        ],
      },
      finds: [
        {
          ...high,
          causes: ['status-not-written'],
          evidence: { addressesInAzure: ['10.224.0.200'] },
        },
      ],
    },
    {
      name: 'another class of controller: worth a note',
      given: web({ loadBalancerClass: 'tailscale' }),
      finds: [
        {
          ...high,
          severity: 'info',
          causes: ['load-balancer-class'],
          evidence: { loadBalancerClass: 'tailscale' },
        },
      ],
    },
  ],
  quiet: [
    {
      name: 'an event says that syncing fails: that is the finding',
      given: {
        ...web(),
        serviceEvents: [
          {
            namespace: 'shop',
            service: 'web',
            reason: 'SyncLoadBalancerFailed',
            type: 'Warning',
            message: 'no',
            lastSeen: '2026-11-23T05:55:00Z',
          },
        ],
      },
    },
    {
      name: 'settings that are refused: they are the findings',
      given: annotated({
        'azure-load-balancer-tcp-idle-timeout': '200',
        'azure-load-balancer-health-probe-interval': '1',
        'azure-pip-name': 'nowhere',
      }),
    },
    {
      name: 'several load balancers, and none may hold it: another finding',
      given: {
        ...annotated({ 'azure-load-balancer-configurations': 'nowhere' }),
        loadBalancerConfigurations: [{ name: 'kubernetes', allowServicePlacement: true }],
      },
    },
    { name: 'an address', given: {} },
    { name: 'a name in place of an address', given: web({ ingressHostnames: ['web.example'] }) },
    {
      name: 'another class of controller, with an address',
      given: { services: [service({ loadBalancerClass: 'tailscale' })] },
    },
    { name: 'being set up', given: web({ createdAt: '2026-11-23T05:59:00Z' }) },
    { name: 'the Service is being deleted', given: web({ deleting: true }) },
    { name: 'there is no Service', given: { services: [] } },
  ],
  boundary: [
    { name: '10 minutes', given: web({ createdAt: '2026-11-23T05:50:00Z' }), finds: [unexplained] },
    { name: 'a second less', given: web({ createdAt: '2026-11-23T05:50:01Z' }), finds: [] },
    {
      name: 'created after the snapshot was taken, by another clock',
      given: web({ createdAt: '2026-11-23T06:05:00Z' }),
      finds: [],
    },
    {
      name: 'service tags that kube-proxy defeats keep no address away',
      given: web({
        loadBalancerSourceRanges: ['10.0.0.0/8'],
        annotations: azure({ 'azure-allowed-service-tags': 'AzureCloud' }),
      }),
      finds: [unexplained],
    },
  ],
  unknown: [
    {
      name: 'events were not read: one may say why',
      given: { ...web(), serviceEvents: unread('403') },
      why: 'serviceEvents: 403',
    },
    {
      name: 'nobody knows how old it is',
      given: web({ createdAt: 'yesterday' }),
      why: 'shop/web: its creation time is not known',
    },
  ],
});
