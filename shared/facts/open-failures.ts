import { compareText, type ServiceEvent } from '../model/index.ts';

/** What each reason of a warning of the controllers says has failed. */
export const failures: ReadonlyMap<string, string> = new Map([
  ['SyncLoadBalancerFailed', 'the load balancer could not be configured'],
  ['UpdateLoadBalancerFailed', 'nodes could not be added to the backend pools'],
  ['UnAvailableLoadBalancer', 'no node is eligible as a backend'],
  ['DeleteLoadBalancerFailed', 'the Service’s resources in Azure could not be deleted'],
  ['FailedToFindLoadBalancerForNode', 'a node is not on any load balancer'],
  ['LoadBalancerBackendPoolUpdateFailed', 'the backend pool of the Service could not be updated'],
  ['DeletingFrontendIPConfiguration', 'other Services still use the frontend to be deleted'],
  ['CreateOrUpdatePublicIPAddress', 'the public IP address could not be created or updated'],
  ['DeletePublicIPAddress', 'the public IP address could not be deleted'],
  ['ListLoadBalancers', 'the load balancers could not be read'],
  ['DeleteLoadBalancer', 'the load balancer could not be deleted'],
  ['CreateOrUpdateInterface', 'a network interface could not be updated'],
  ['FailedToStartServiceHealthcheck', 'kube-proxy could not open the health check port on a node'],
]);

/** What says that a failure is over; some failures have a word of their own for it. */
const successes = ['EnsuredLoadBalancer', 'UpdatedLoadBalancer'];
const ownSuccess: ReadonlyMap<string, string> = new Map([
  ['LoadBalancerBackendPoolUpdateFailed', 'LoadBalancerBackendPoolUpdated'],
  ['DeleteLoadBalancerFailed', 'DeletedLoadBalancer'],
]);

/** Failures of one Service after which nothing says that they are over, the newest first. */
export function openFailuresOf(events: readonly ServiceEvent[]): readonly ServiceEvent[] {
  return events
    .filter(({ type, reason }) => type === 'Warning' && failures.has(reason))
    .filter((failure) => !hasEnded(failure, events))
    .toSorted((a, b) => compareText(b.lastSeen, a.lastSeen) || compareText(a.reason, b.reason));
}

function hasEnded(failure: ServiceEvent, events: readonly ServiceEvent[]): boolean {
  const since = Date.parse(failure.lastSeen);
  return events.some(
    ({ reason, lastSeen }) =>
      (successes.includes(reason) || reason === ownSuccess.get(failure.reason)) &&
      Date.parse(lastSeen) > since,
  );
}

/** The newest open failure of each Service, as `namespace/name`. */
export function openFailures(events: readonly ServiceEvent[]): ReadonlyMap<string, ServiceEvent> {
  const found = new Map<string, ServiceEvent>();
  for (const [name, each] of Map.groupBy(
    events,
    (event) => `${event.namespace}/${event.service}`,
  )) {
    const [newest] = openFailuresOf(each);
    if (newest !== undefined) found.set(name, newest);
  }
  return found;
}
