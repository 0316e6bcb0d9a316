import {
  kubeProxyHealthPort,
  sharedProbeName,
  type Listener,
  type WhoListens,
} from '../load-balancing/index.ts';
import {
  reasonOf,
  type LoadBalancer,
  type LoadBalancerRule,
  type LoadBalancerService,
  type Node,
  type Probe,
  type Reason,
  type ServicePort,
  type Tristate,
} from '../model/index.ts';
import type { Proxied } from './situation.ts';
import type { ProbeSummary } from './types.ts';

/**
 * What a probe asks, and so which nodes answer it (docs/share-model.md). `service` = a usable endpoint of
 * the port itself; `elsewhere` = somebody else on the node.
 */
export type ProbeTarget =
  | { readonly kind: 'health-check' | 'kube-proxy' | 'service' | 'none' }
  /** With the reason of what is not known of a node. */
  | ({
      readonly kind: 'elsewhere';
      readonly answers: (node: Node) => Tristate;
      /** Nothing on any node could listen there. */
      readonly closed: boolean;
    } & Reason);

/** The probe that the rule names, as it stands in Azure; `undefined` = the rule has none, or it is not there. */
export function probeOf(loadBalancer: LoadBalancer, rule: LoadBalancerRule): Probe | undefined {
  return loadBalancer.probes.find((probe) => probe.id === rule.probeId);
}

/** The probe of kube-proxy's own health that all Services with Cluster share, where the cluster is set so. */
function sharedProbe(probe: Probe): boolean {
  return probe.name.toLowerCase() === sharedProbeName;
}

export interface ProbedPort {
  readonly service: LoadBalancerService;
  readonly port: ServicePort;
  readonly whoListens: WhoListens;
  /** Why kube-proxy's own health servers may not understand the probe. */
  readonly proxied: Proxied | undefined;
  /** Whether a node has what another Service's port hands on to, or answers its health check. */
  readonly forwards: (
    listener: Extract<Listener, { kind: 'node-port' | 'health-check' }>,
  ) => (node: Node) => Tristate;
}

/** Who answers a probe: the Service itself, a health check, kube-proxy, something else, or nobody asks. */
export function probeTarget(probe: Probe | undefined, asked: ProbedPort): ProbeTarget {
  if (probe === undefined) return { kind: 'none' };
  const target = targetOf(probe, asked);
  const health = target.kind === 'kube-proxy' || target.kind === 'health-check';
  if (!health || asked.proxied === undefined) return target;
  return { kind: 'elsewhere', answers: () => 'unknown', closed: false, why: asked.proxied.why };
}

function targetOf(probe: Probe, { service, port, whoListens, forwards }: ProbedPort): ProbeTarget {
  if (sharedProbe(probe) || probe.port === kubeProxyHealthPort) return { kind: 'kube-proxy' };
  const http = probe.protocol !== 'tcp';
  // A changed Service is not among those that the listeners know.
  if (service.externalTrafficPolicy === 'Local' && probe.port === service.healthCheckNodePort)
    return http ? { kind: 'health-check' } : { kind: 'kube-proxy' };
  const own = service.ports.find((each) => each.nodePort === probe.port && each.protocol === 'TCP');
  if (own !== undefined && own.port === port.port && port.protocol === 'TCP')
    return { kind: 'service' };
  const listener: Listener =
    own === undefined ? whoListens(probe.port, 'TCP') : { kind: 'node-port', service, port: own };
  const where = `port ${probe.port} on the nodes`;
  switch (listener.kind) {
    case 'kube-proxy':
      return { kind: 'kube-proxy' };
    case 'health-check':
      return http
        ? { kind: 'elsewhere', answers: forwards(listener), closed: false, why: where }
        : { kind: 'kube-proxy' };
    case 'node-port': {
      const { namespace, name } = listener.service;
      const why = `the probe targets ${where}, which is Service ${namespace}/${name}`;
      return { kind: 'elsewhere', answers: forwards(listener), closed: false, why };
    }
    case 'host': {
      const why = `the probe targets ${where}, where ${listener.what} may listen`;
      const answers = (node: Node): Tristate => (listener.on(node) ? 'unknown' : 'no');
      return { kind: 'elsewhere', answers, closed: false, why };
    }
    case 'unknown':
      return {
        kind: 'elsewhere',
        answers: () => 'unknown',
        closed: false,
        ...nobodyKnows(listener, where),
      };
    case 'nobody':
      return { kind: 'elsewhere', answers: () => 'no', closed: true, why: where };
  }
}

/** @param where Port and place, as words. */
export function nobodyKnows(listener: Reason, where: string): Reason {
  return reasonOf(listener, `whether anything listens on ${where} is not known: ${listener.why}`);
}

/** A probe as reports show it, its protocol with a capital. */
export function probeSummary(probe: Probe): ProbeSummary {
  const protocol = probe.protocol.slice(0, 1).toUpperCase() + probe.protocol.slice(1);
  return {
    protocol,
    port: probe.port,
    ...(probe.path !== undefined && { path: probe.path }),
  };
}
