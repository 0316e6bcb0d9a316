import type { ClusterView } from '../facts/index.ts';
import {
  compacted,
  type BackendMember,
  type LoadBalancerRule,
  type Read,
  type RuleHealth,
  type Unread,
} from '../model/index.ts';

/** What Azure says of the backends of one rule, by the names that the share model has for them. */
export interface ObservedBackends {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `undefined` where Azure has no state for it. */
  readonly of: (backend: string) => ObservedState | undefined;
}

export interface ObservedState {
  readonly up: boolean;
  /** Azure's reason code. */
  readonly reason?: string;
}

/** Health by rule, and by what rules may share: rules with one probe and one pool have one health. */
export type ObservedHealth = ReadonlyMap<string, RuleHealth>;

/** Health by {@link healthKey}: of several answers for one key the first that can be used. */
export function healthIndex(
  health: readonly RuleHealth[],
  rules: Iterable<LoadBalancerRule>,
): ObservedHealth {
  const byRule = new Map(health.map((each) => [each.ruleId, each]));
  const found = new Map<string, RuleHealth>();
  for (const rule of rules) {
    const own = byRule.get(rule.id);
    const known = found.get(healthKey(rule));
    // An answer that can be used stands before one that cannot.
    if (own !== undefined && (known === undefined || known.backends.kind === 'unread'))
      found.set(healthKey(rule), own);
  }
  return found;
}

/** The same for every rule whose backends answer the same probe. */
export function healthKey({ probeId, backendPoolIds }: LoadBalancerRule): string {
  return [probeId ?? '', ...backendPoolIds.toSorted()].join(' ');
}

/** The health of a rule's backends; unread where it was asked for in vain, `undefined` where it was not. */
export function observedBackends(
  view: ClusterView,
  health: ObservedHealth | Unread | undefined,
  rule: LoadBalancerRule,
): Read<ObservedBackends> | undefined {
  if (health !== undefined && 'kind' in health)
    return rule.probeId === undefined ? undefined : health;
  const own = rule.probeId === undefined ? undefined : health?.get(healthKey(rule));
  if (own === undefined) return undefined;
  if (own.backends.kind === 'unread') return own.backends;
  const states = new Map<string, ObservedState>();
  for (const { ipConfigurationId, ip, up, reason } of own.backends.value) {
    if (up === undefined) continue;
    const state = { up, ...(reason !== undefined && { reason }) };
    for (const name of namesOf(view, ipConfigurationId, ip)) {
      const known = states.get(name);
      // Each entry of a machine takes connections by itself.
      if (known === undefined || (up && !known.up)) states.set(name, state);
    }
  }
  const { observedAt: at } = own;
  return { kind: 'read', value: { at, of: (backend) => states.get(backend) } };
}

function namesOf(
  { topology }: ClusterView,
  ipConfigurationId: Extract<BackendMember, { kind: 'nic' }>['ipConfigurationId'] | undefined,
  ip: string | undefined,
): ReadonlySet<string> {
  const members: readonly BackendMember[] = compacted([
    ipConfigurationId !== undefined && { kind: 'nic' as const, ipConfigurationId },
    ip !== undefined && { kind: 'ip' as const, ip },
  ]);
  const resolved = members.map((member) => topology.resolve(member));
  const node = resolved.find((each) => each.kind === 'node');
  if (node !== undefined) return new Set([node.node.name]);
  return new Set(resolved.flatMap((each) => (each.kind === 'stale' ? [each.name] : [])));
}
