import { syncFailed } from '../../../shared/rules/service/sync-failed.ts';
import type { ServiceEvent } from '../../../shared/model/index.ts';
import { service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const failed = { ...high, causes: ['sync-load-balancer-failed'] } as const;

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
  ],
  quiet: [
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
