import { describe, expect, test } from '@jest/globals';
import { eventExcerpt, remedyOf } from '../../../shared/fixes/event-fixes.ts';
import { syncFailed } from '../../../shared/rules/service/sync-failed.ts';
import type { ServiceEvent } from '../../../shared/model/index.ts';
import { azure, service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const failed = { ...high, causes: ['sync-load-balancer-failed'] } as const;
const refused = azure({ 'azure-load-balancer-tcp-idle-timeout': '240' });

function event(reason: string, at = '05:50:00', changes: Partial<ServiceEvent> = {}): ServiceEvent {
  return {
    namespace: 'shop',
    service: 'web',
    reason,
    type: /Failed|UnAvailable|Delet|CreateOr|ListLoad/u.test(reason) ? 'Warning' : 'Normal',
    message: 'Error syncing load balancer: PublicIPCountLimitReached',
    lastSeen: at === '' ? '' : `2026-11-23T${at}Z`,
    ...changes,
  };
}

function events(...serviceEvents: readonly ServiceEvent[]): SnapshotChanges {
  return { serviceEvents };
}

describeRule(syncFailed, {
  fires: [
    {
      name: 'the newest word is a failure',
      given: events(event('EnsuredLoadBalancer', '05:40:00'), event('SyncLoadBalancerFailed')),
      finds: [
        {
          ...failed,
          evidence: {
            events: [
              {
                reason: 'SyncLoadBalancerFailed',
                message: 'Error syncing load balancer: PublicIPCountLimitReached',
                lastSeen: '2026-11-23T05:50:00Z',
              },
            ],
          },
        },
      ],
    },
    {
      name: 'several failures: one finding, the newest first',
      given: events(
        event('CreateOrUpdatePublicIPAddress', '05:49:00'),
        event('SyncLoadBalancerFailed', '05:50:00'),
        event('UpdateLoadBalancerFailed', '05:30:00'),
      ),
      finds: [
        {
          ...high,
          causes: [
            'create-or-update-public-ip-address',
            'sync-load-balancer-failed',
            'update-load-balancer-failed',
          ],
          evidence: {
            events: [
              { reason: 'SyncLoadBalancerFailed' },
              { reason: 'CreateOrUpdatePublicIPAddress' },
              { reason: 'UpdateLoadBalancerFailed' },
            ],
          },
        },
      ],
    },
    {
      name: 'kube-proxy could not open the health check port',
      given: events(event('FailedToStartServiceHealthcheck')),
      finds: [{ ...high, causes: ['failed-to-start-service-healthcheck'] }],
    },
    {
      name: 'a Service that is being deleted and cannot be',
      given: {
        services: [service({ deleting: true })],
        ...events(event('DeleteLoadBalancerFailed')),
      },
      finds: [{ ...high, causes: ['delete-load-balancer-failed'] }],
    },
    {
      name: 'the pool of a Local Service did not follow, and syncing goes on',
      given: events(
        event('EnsuringLoadBalancer', '05:51:00'),
        event('LoadBalancerBackendPoolUpdateFailed'),
      ),
      finds: [{ ...high, causes: ['load-balancer-backend-pool-update-failed'] }],
    },
    {
      name: 'a setting that Azure refuses, and no node is eligible: two faults',
      given: {
        services: [service({ annotations: refused })],
        ...events(event('UnAvailableLoadBalancer'), event('SyncLoadBalancerFailed')),
      },
      finds: [{ ...high, causes: ['sync-load-balancer-failed', 'un-available-load-balancer'] }],
    },
  ],
  quiet: [
    {
      name: 'a setting that Azure refuses is why: that finding has the event',
      given: {
        services: [service({ annotations: refused })],
        ...events(event('SyncLoadBalancerFailed'), event('UpdateLoadBalancerFailed')),
      },
    },
    { name: 'no event', given: {} },
    {
      name: 'a failure, and a success after it',
      given: events(event('SyncLoadBalancerFailed'), event('EnsuredLoadBalancer', '05:51:00')),
    },
    {
      name: 'a failure of nodes, and their success after it',
      given: events(event('UpdateLoadBalancerFailed'), event('UpdatedLoadBalancer', '05:51:00')),
    },
    {
      name: 'the pool of a Local Service followed after all',
      given: events(
        event('LoadBalancerBackendPoolUpdateFailed'),
        event('LoadBalancerBackendPoolUpdated', '05:51:00', { type: 'Normal' }),
      ),
    },
    {
      name: 'progress',
      given: events(
        event('EnsuringLoadBalancer'),
        event('DeletingLoadBalancer', '05:50:00', { type: 'Normal' }),
      ),
    },
    {
      name: 'a warning of somebody else',
      given: events(event('Unhealthy', '05:50:00', { type: 'Warning' })),
    },
    {
      name: 'an event of a Service that is gone',
      given: events(event('SyncLoadBalancerFailed', '05:50:00', { service: 'old' })),
    },
    {
      name: 'a Service of the same name elsewhere',
      given: events(event('SyncLoadBalancerFailed', '05:50:00', { namespace: 'test' })),
    },
    {
      name: 'another controller serves the Service',
      given: {
        services: [service({ loadBalancerClass: 'tailscale' })],
        ...events(event('SyncLoadBalancerFailed')),
      },
    },
  ],
  boundary: [
    {
      name: 'a success of the same second',
      given: events(event('SyncLoadBalancerFailed'), event('EnsuredLoadBalancer')),
      finds: [failed],
    },
    {
      name: 'a success a second later',
      given: events(event('SyncLoadBalancerFailed'), event('EnsuredLoadBalancer', '05:50:01')),
      finds: [],
    },
    {
      name: 'a failure without a time is not known to be over',
      given: events(event('SyncLoadBalancerFailed', ''), event('EnsuredLoadBalancer')),
      finds: [failed],
    },
    {
      name: 'the same reason as a normal event is none of these warnings',
      given: events(event('SyncLoadBalancerFailed', '05:50:00', { type: 'Normal' })),
      finds: [],
    },
    {
      name: 'a message of 1,000 characters in many lines, and none at all',
      given: events(
        event('SyncLoadBalancerFailed', '05:50:00', { message: 'no\n\t way '.repeat(100) }),
        event('UpdateLoadBalancerFailed', '05:49:00', { message: '' }),
      ),
      finds: [{ ...high, causes: ['sync-load-balancer-failed', 'update-load-balancer-failed'] }],
    },
  ],
  unknown: [],
});

const scope =
  '/subscriptions/0000/resourceGroups/mc_shop_aks_westeurope_with_a_long_name/providers';
const network = `${scope}/Microsoft.Network`;
const balancer = `${network}/loadBalancers/kubernetes`;

describe('an event that is cut', () => {
  test.each([
    {
      name: 'the resource that failed, by what has the ip configuration',
      message: `Code="OperationNotAllowed" Message="Cannot proceed with operation because resource ${network}/networkInterfaces/vm-0-nic/ipConfigurations/ipconfig1 used by resource ${balancer} is not in Succeeded state."`,
      keeps: '(vm-0-nic, kubernetes)',
    },
    {
      name: 'both rules that clash, the first of which stood before the cut only',
      message: `Code="RulesUseSameBackendPortProtocolAndPool" Message="Load balancing rules ${balancer}/loadBalancingRules/outbound and ${balancer}/loadBalancingRules/a180-TCP-27627 with floating IP disabled use the same protocol"`,
      keeps: '(outbound, a180-TCP-27627)',
    },
    {
      name: 'what a permission is missing on, and no action',
      message: `Code="LinkedAuthorizationFailed" Message="The client has permission to perform action 'Microsoft.Network/loadBalancers/write' on scope '${balancer}'; however, it does not have permission to perform action 'Microsoft.Network/publicIPAddresses/join/action' on the linked scope(s) '${network}/publicIPAddresses/front' or the linked scope(s) are invalid."`,
      keeps: '(kubernetes, front)',
    },
    {
      name: 'a code behind the cut',
      message: `${'again and '.repeat(40)}"code": "PublicIPCountLimitReached"`,
      keeps: '(PublicIPCountLimitReached)',
    },
  ])('keeps $name', ({ message, keeps }) => {
    const said = eventExcerpt(message);
    expect(said).toMatch(/… \(/u);
    expect(said.slice(said.indexOf('…') + 2)).toBe(keeps);
    expect(said.length).toBeLessThanOrEqual(300);
  });

  test('is whole where it is short', () => {
    expect(eventExcerpt(`resource ${balancer} failed`)).toBe(`resource ${balancer} failed`);
  });
});

test('a missing permission is named, with what it is missing on', () => {
  const address = `${network}/publicIPAddresses/front`;
  const message = `Code="LinkedAuthorizationFailed" Message="The client has permission to perform action 'Microsoft.Network/loadBalancers/write' on scope '${balancer}'; however, it does not have permission to perform action 'Microsoft.Network/publicIPAddresses/join/action' on the linked scope(s) '${address}'."`;
  const [fix] = remedyOf(service(), message);
  expect(fix?.title).toBe(
    'Grant the cluster identity Microsoft.Network/publicIPAddresses/join/action',
  );
  expect(fix?.steps[0]?.text).toContain(`--scope ${address}`);
  const [other] = remedyOf(service(), 'Code="AuthorizationFailed" Message="no"');
  expect(other?.title).toBe('Grant the cluster identity the permission named in the event');
});

test.each([
  ['RulesUseSameBackendPortProtocolAndPool', 'Use floating IP, or another backend port'],
  ['RulesUseSameBackendPortProtocolAndIPConfig', 'Use floating IP, or another backend port'],
  [
    'AtleastOneIpV4RequiredForIpV6LbFrontendIpConfiguration',
    'Put a Service with IPv4 on the load balancer, or use both families',
  ],
  ['ScopeLocked', 'Remove the lock from the resource named in the event'],
  [
    'InvalidTagValueLength',
    'Let fewer Services share the public IP address (a tag of it lists their names)',
  ],
  [
    'CannotMixIPBasedAddressesAndIPConfigurationsOnLoadBalancerBackendAddressPool',
    'Complete the migration of the backend pools to one kind (NIC or IP)',
  ],
  [
    'ReferencedResourceNotProvisioned" Message="… is not in Succeeded state. Resource is in Failed state',
    'Repair the resource named in the event (its provisioning state is Failed)',
  ],
  [
    'ReferencedResourceNotProvisioned" Message="… is not in Succeeded state. Resource is in Updating state',
    'Wait until the other operation on the load balancer finishes',
  ],
])('%s has its remedy', (code, title) => {
  expect(remedyOf(service(), `Code="${code}"`).map((fix) => fix.title)).toEqual([title]);
});
