import {
  read,
  type BackendHealth,
  type FrontendTraffic,
  type LoadBalancerMetrics,
  type Node,
  type Rate,
  type Read,
  type ResourceChange,
  type RuleHealth,
} from '../../shared/model/index.ts';
import { childId, nicMember, serviceKeyOfWeb } from './azure.ts';

/** A backend by its NIC as Azure answers; `up` follows from the reason. */
export function backendHealth(of: Node, reason = 'Up_Probe_Success'): BackendHealth {
  const member = nicMember(of);
  return {
    ...(member.kind === 'nic' && { ipConfigurationId: member.ipConfigurationId }),
    ip: of.internalIps[0] ?? '',
    up: reason.startsWith('Up_'),
    reason,
  };
}

/** What Azure says of the rule of `shop/web` on port 80. */
export function ruleHealth(
  backends: readonly BackendHealth[] | Read<readonly BackendHealth[]>,
  port = 80,
): RuleHealth {
  return {
    ruleId: childId('kubernetes', 'loadBalancingRules', `${serviceKeyOfWeb}-tcp-${port}`),
    backends: 'kind' in backends ? backends : read(backends),
    observedAt: '2026-11-23T05:59:30.000Z',
  };
}

/** So many connections a minute to port 80 of `shop/web`, all the week long. */
export function steady(perMinute: number, port = 80): FrontendTraffic {
  const [syns, packets] = [steadyRate(perMinute), steadyRate(12 * perMinute)];
  return { address: '20.50.10.10', port, syns, packets };
}

function steadyRate(each: number): Rate {
  return {
    now: each,
    dayBefore: each,
    weekBefore: each,
    day: each * 24 * 60,
    week: each * 7 * 24 * 60,
  };
}

/** Metrics of load balancer `kubernetes`, healthy and without traffic unless changed. */
export function metrics(changes: Partial<LoadBalancerMetrics> = {}): LoadBalancerMetrics {
  return {
    loadBalancerId: childId('kubernetes'),
    until: '2026-11-23T06:00:00.000Z',
    traffic: read([]),
    dataPath: read([]),
    probes: read([]),
    snat: read([]),
    ...changes,
  };
}

/** A write to load balancer `kubernetes` ten minutes ago. */
export function resourceChange(changes: Partial<ResourceChange> = {}): ResourceChange {
  return {
    resourceId: childId('kubernetes'),
    at: '2026-11-23T05:50:00.000Z',
    changeType: 'Update',
    operation: 'Microsoft.Network/loadBalancers/write',
    clientType: 'Azure Portal',
    changedBy: 'alice@contoso.example',
    properties: ['properties.probes[0].properties.port'],
    ...changes,
  };
}
