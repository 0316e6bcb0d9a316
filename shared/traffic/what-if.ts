import { addressInAzure } from '../facts/index.ts';
import {
  aksClusterName,
  backendPoolId,
  backendPoolName,
  expectedProbe,
  expectedRules,
  isControlPlane,
  probeSettings,
  ruleFor,
  ruleInAzure,
  serviceControllerExcludes,
  type FoundRule,
  type ProbeSettings,
} from '../load-balancing/index.ts';
import {
  armId,
  compareText,
  type BackendMember,
  type BackendPool,
  type Endpoint,
  type LoadBalancer,
  type LoadBalancerRule,
  type Node,
  type Probe,
} from '../model/index.ts';
import type { Situation } from './situation.ts';
import { serviceTraffic } from './traffic.ts';
import type { ServiceTraffic } from './types.ts';

/**
 * What a proposed change would do to one Service: the same model on a changed situation. Changes
 * compose; each gives a new situation and leaves the old one as it is.
 */
export type Change = (situation: Situation) => Situation;

/** By the model's own `up`, with no change too: what Azure saw, it saw of the state that is to change. */
export function predict(
  { health: _health, ...own }: Situation,
  ...changes: readonly Change[]
): ServiceTraffic {
  return serviceTraffic(changes.reduce((current, change) => change(current), own));
}

/** `externalTrafficPolicy: Cluster`, with the probes and the pool that the cloud provider then sets. */
export function withClusterPolicy(situation: Situation): Situation {
  const { healthCheckNodePort: _port, ...service } = situation.service;
  return withExpectedProbes(
    withSharedPool({
      ...situation,
      service: { ...service, externalTrafficPolicy: 'Cluster' },
    }),
  );
}

/** Local with its health check; the port that the API server would allocate is any one that nobody else has. */
export function withLocalPolicy(situation: Situation): Situation {
  const service = { ...situation.service, externalTrafficPolicy: 'Local', healthCheckNodePort: 0 };
  return withExpectedProbes(withOwnPool({ ...situation, service }));
}

/**
 * Under several load balancers the pool of a Local Service: the nodes of its endpoints, whatever
 * their state, that may be backends (source: cloud-provider-azure); all of those where it has none.
 */
function withOwnPool(situation: Situation): Situation {
  if (!situation.several) return situation;
  const { service, slices, view } = situation;
  const hosts = new Set(
    slices.flatMap(({ endpoints }) => endpoints.flatMap(({ node }) => node ?? [])),
  );
  const eligible = [...view.nodes.values()]
    .map(({ node }) => node)
    .filter((node) => serviceControllerExcludes(node) === undefined && !isControlPlane(node));
  const wanted = slices.length === 0 ? eligible : eligible.filter(({ name }) => hosts.has(name));
  return withRules(situation, (found) => {
    const { loadBalancer, rule, ipv6 } = found;
    const name = backendPoolName({ clusterName: aksClusterName, ipv6, localService: service });
    const id = armId(backendPoolId(loadBalancer.id, name));
    const pool: BackendPool = { id, name, members: wanted.flatMap((node) => memberOf(node, ipv6)) };
    const backendPools = [...loadBalancer.backendPools.filter((each) => each.id !== id), pool];
    return {
      ...found,
      loadBalancer: { ...loadBalancer, backendPools },
      rule: { ...rule, backendPoolIds: [id] },
    };
  });
}

/** No NetworkPolicy is before the pods. */
export function withoutPolicies(situation: Situation): Situation {
  const { lastHop } = situation;
  const policies = { ...lastHop.policies, gate: () => ({ kind: 'open' }) as const };
  return { ...situation, lastHop: { ...lastHop, policies } };
}

/** The rules of Azure as the cloud provider writes them; the status of the Service then names their addresses. */
export function withExpectedRules(situation: Situation): Situation {
  const addresses = situation.rules.map((found) => addressInAzure(situation, found));
  const ingressIps = [...new Set(addresses)].filter((address) => address !== undefined);
  const service =
    ingressIps.length === 0 || addresses.includes(undefined)
      ? situation.service
      : { ...situation.service, ingressIps };
  return withExpectedProbes(
    withRules({ ...situation, service }, (found) => {
      const { families } = expectedRules(service, settingsFor(situation, found));
      const expected = families
        .find(({ family }) => (family === 'IPv6') === found.ipv6)
        ?.rules.find((each) => ruleInAzure([found], each, found.ipv6) !== undefined);
      if (expected === undefined) return found;
      const { frontendPort, backendPort, floatingIp } = expected;
      const protocol = expected.protocol.toLowerCase();
      return {
        ...found,
        rule: { ...found.rule, protocol, frontendPort, backendPort, floatingIp },
      };
    }),
  );
}

/** Every node uses every endpoint. */
export function withoutHints(situation: Situation): Situation {
  const slices = situation.slices.map((slice) => ({
    ...slice,
    endpoints: slice.endpoints.map((each) => ({ ...each, hintZones: [], hintNodes: [] })),
  }));
  return { ...situation, slices };
}

/** Without `publishNotReadyAddresses`: endpoints are ready when they serve and do not terminate. */
export function withoutUnreadyPublished(situation: Situation): Situation {
  const service = { ...situation.service, publishNotReadyAddresses: false };
  const slices = situation.slices.map((slice) => ({
    ...slice,
    endpoints: slice.endpoints.map((each) => ({
      ...each,
      ready: each.serving && !each.terminating,
    })),
  }));
  return { ...situation, service, slices };
}

/** Annotations by their full keys taken off the Service; its probes become those that it then asks for. */
export function withoutAnnotations(...keys: readonly string[]): Change {
  return (situation) => {
    const annotations = new Map(situation.service.annotations);
    for (const key of keys) annotations.delete(key);
    return withExpectedProbes({ ...situation, service: { ...situation.service, annotations } });
  };
}

/** The probes that the cloud provider derives, in place of those that stand in Azure. */
export function withExpectedProbes(situation: Situation): Situation {
  const { service } = situation;
  return withRules(situation, (found) => {
    const port = service.ports.find((each) =>
      service.ipFamilies.some((family) => ruleFor([found], each, family) === found),
    );
    if (port === undefined) return found;
    const { name } = found.rule;
    const settings = settingsFor(situation, found);
    const names = { own: name, local: `${name}-health-check` };
    const probed = expectedProbe(port, service, settings, names);
    if (probed.kind === 'error') return found;
    if (probed.kind === 'none') return withProbe(found, undefined);
    const { protocol, port: number, path, name: probeName } = probed.probe;
    return withProbe(found, {
      id: armId(`${found.loadBalancer.id}/probes/${probeName}`),
      name: probeName,
      protocol: protocol.toLowerCase(),
      port: number,
      ...(path !== null && { path }),
    });
  });
}

function settingsFor(
  { loadBalancers, kubernetesVersion }: Situation,
  { loadBalancer }: FoundRule,
): ProbeSettings {
  return probeSettings(loadBalancer.sku, loadBalancers, kubernetesVersion);
}

/** Backend pools that hold these nodes and no others. */
export function withMembers(nodes: readonly Node[]): Change {
  return (situation) =>
    withRules(situation, (found) => {
      const backendPools = found.loadBalancer.backendPools.map((pool) =>
        found.rule.backendPoolIds.includes(pool.id) ? poolOf(pool, nodes, found.ipv6) : pool,
      );
      return { ...found, loadBalancer: { ...found.loadBalancer, backendPools } };
    });
}

const poolsOf = new WeakMap<readonly Node[], Map<BackendPool, BackendPool>>();

/** One pool object for the same nodes: many Services ask for it, and what is in it is worked out once. */
function poolOf(pool: BackendPool, nodes: readonly Node[], ipv6: boolean): BackendPool {
  const pools = poolsOf.get(nodes) ?? new Map<BackendPool, BackendPool>();
  poolsOf.set(nodes, pools);
  const known = pools.get(pool) ?? {
    ...pool,
    members: nodes.flatMap((node) => memberOf(node, ipv6)),
  };
  pools.set(pool, known);
  return known;
}

/** The Service's endpoints on other nodes: `nodes[i]` takes the i-th ready endpoint by name, round and round. */
export function withEndpointsOn(nodes: readonly Node[]): Change {
  return (situation) => {
    const ready = situation.slices.flatMap((slice) => slice.endpoints.filter((each) => each.ready));
    const names = [...new Set(ready.map(identityOf))].toSorted(compareText);
    const targets = new Map(names.map((name, index) => [name, nodes[index % nodes.length]]));
    const moved = situation.slices.map((slice) => ({
      ...slice,
      endpoints: slice.endpoints.map((endpoint) => {
        const node = endpoint.ready ? targets.get(identityOf(endpoint)) : undefined;
        return node === undefined ? endpoint : { ...endpoint, node: node.name };
      }),
    }));
    return { ...situation, slices: moved };
  };
}

function identityOf(endpoint: Endpoint): string {
  return endpoint.pod ?? endpoint.address;
}

function withRules(situation: Situation, change: (found: FoundRule) => FoundRule): Situation {
  return { ...situation, rules: situation.rules.map(change) };
}

function withProbe(found: FoundRule, probe: Probe | undefined): FoundRule {
  const { probeId: _probeId, ...rule } = found.rule;
  const loadBalancer: LoadBalancer = {
    ...found.loadBalancer,
    probes: probe === undefined ? [] : [probe],
  };
  const changed: LoadBalancerRule = probe === undefined ? rule : { ...rule, probeId: probe.id };
  return { ...found, loadBalancer, rule: changed };
}

/** A pool entry that resolves to the node again, whatever kind of machine it is. */
function memberOf(node: Node, ipv6: boolean): readonly BackendMember[] {
  const ip = node.internalIps.find((each) => each.includes(':') === ipv6) ?? node.internalIps[0];
  return ip === undefined ? [] : [{ kind: 'ip', ip, name: node.name }];
}

/** Under several load balancers a Local Service has a pool of its own; a Cluster one is in the shared pool. */
function withSharedPool(situation: Situation): Situation {
  const { namespace, name } = situation.service;
  const own = `${namespace}-${name}`.toLowerCase();
  const owns = [own, `${own}-ipv6`];
  return withRules(situation, (found) => {
    const { loadBalancer, rule } = found;
    const inOwn = loadBalancer.backendPools.some(
      (pool) => owns.includes(pool.name.toLowerCase()) && rule.backendPoolIds.includes(pool.id),
    );
    const wanted = found.ipv6 ? 'kubernetes-ipv6' : 'kubernetes';
    const shared = loadBalancer.backendPools.find((pool) => pool.name.toLowerCase() === wanted);
    if (!inOwn || shared === undefined) return found;
    return { ...found, rule: { ...rule, backendPoolIds: [shared.id] } };
  });
}
