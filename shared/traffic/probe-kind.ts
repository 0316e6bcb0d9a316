import { sharedProbeName } from '../load-balancing/index.ts';
import type { LoadBalancer, LoadBalancerRule, LoadBalancerService, Probe } from '../model/index.ts';
import type { ProbeSummary } from './types.ts';

/** What a probe asks, and so which nodes answer it (share-model.md 2). */
export type ProbeKind = 'health-check' | 'kube-proxy' | 'service' | 'none';

const kubeProxyHealthPort = 10_256;

/** The probe that the rule names, as it stands in Azure; `undefined` = the rule has none, or it is not there. */
export function probeOf(loadBalancer: LoadBalancer, rule: LoadBalancerRule): Probe | undefined {
  return loadBalancer.probes.find((probe) => probe.id === rule.probeId);
}

/** The probe of kube-proxy's own health that all Services with Cluster share, where the cluster is set so. */
function sharedProbe(probe: Probe): boolean {
  return probe.name.toLowerCase() === sharedProbeName;
}

export function probeKind(probe: Probe | undefined, service: LoadBalancerService): ProbeKind {
  if (probe === undefined) return 'none';
  if (sharedProbe(probe) || probe.port === kubeProxyHealthPort) return 'kube-proxy';
  if (probe.protocol === 'http' && probe.port === service.healthCheckNodePort)
    return 'health-check';
  return 'service';
}

export function probeSummary(probe: Probe): ProbeSummary {
  const protocol = probe.protocol.slice(0, 1).toUpperCase() + probe.protocol.slice(1);
  return {
    protocol,
    port: probe.port,
    ...(probe.path !== undefined && { path: probe.path }),
  };
}
