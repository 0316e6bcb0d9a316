import { sameName, type LoadBalancer } from '../model/index.ts';
import type { ProbeSettings } from './probed.ts';
import { sharedProbeName } from './names.ts';

/**
 * What decides the probes of Services beside themselves. That probes of Cluster Services are shared
 * is a setting of the cluster which ARM does not show: such a probe on any of its load balancers
 * does, and says which port and path it asks.
 */
export function probeSettings(
  sku: string,
  loadBalancers: readonly LoadBalancer[],
  kubernetesVersion?: string,
): ProbeSettings {
  return {
    sku,
    shared: sharedProbeOf(loadBalancers),
    ...(isBefore(kubernetesVersion, 24) && { appProtocolNeedsPath: true }),
  };
}

const known = new WeakMap<readonly LoadBalancer[], { readonly shared: ProbeSettings['shared'] }>();

function sharedProbeOf(loadBalancers: readonly LoadBalancer[]): ProbeSettings['shared'] {
  const found = known.get(loadBalancers);
  if (found !== undefined) return found.shared;
  const probe = loadBalancers
    .flatMap((loadBalancer) => loadBalancer.probes)
    .find((each) => sameName(each.name, sharedProbeName));
  const shared =
    probe === undefined ? undefined : { port: probe.port, path: probe.path ?? '/healthz' };
  known.set(loadBalancers, { shared });
  return shared;
}

/** Is a Kubernetes version such as `1.23.12` older than 1.`minor`? What is no version is not. */
export function isBefore(version: string | undefined, minor: number): boolean {
  const found = /^v?1\.(\d{1,3})(?:\D|$)/u.exec(version ?? '')?.[1];
  return found !== undefined && Number(found) < minor;
}
