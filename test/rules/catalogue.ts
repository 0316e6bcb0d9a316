import type { Severity } from '../../shared/rules/index.ts';

/** One rule of the catalogue: what every tool that reads our reports relies on. */
export interface CatalogueRow {
  readonly id: string;
  /** What a finding has unless the rule says otherwise. */
  readonly severity: Severity;
  /** Severities that the rule gives by circumstance. */
  readonly also: readonly Severity[];
  /** In which stage it was added: 1 = the incident of `audit --example`, 2 = the other rules, 3 = what came after them. */
  readonly since: 1 | 2 | 3;
}

/** All rules: ids and severities, on which reports and policies rely, never change by accident. */
export const catalogue: readonly CatalogueRow[] = [
  ...family('probe', 2, {
    'closed-port': ['critical', 'high', 'medium'],
    'proxy-protocol-neighbour': ['high'],
  }),
  ...family('service', 2, { 'rule-drift': ['high', 'critical', 'info'] }),
  ...family('load-balancer', 2, { 'leftover-rule': ['medium', 'high'] }),
  ...family('network', 2, { 'policy-blocks-clients': ['high', 'critical', 'low'] }),
  ...family('traffic', 1, {
    'no-traffic': ['critical', 'info'],
    'starved-endpoints': ['high', 'critical', 'info'],
    'lost-connections': ['high', 'critical', 'info'],
    'uneven-share': ['medium', 'high'],
    'no-ready-endpoints': ['high', 'low', 'info'],
    'source-ip-hidden': ['low', 'medium'],
  }),
  ...family('traffic', 2, {
    'probe-disagrees': ['high', 'info'],
    'single-backend': ['medium'],
    'sticky-source': ['low'],
    'unready-published': ['medium'],
  }),
  ...family('backend', 1, { 'eligible-node-missing': ['medium', 'low', 'info'] }),
  ...family('backend', 2, {
    'stale-member': ['medium', 'high'],
    'excluded-node-is-member': ['low'],
    'exclude-label-false': ['low'],
    'all-nodes-excluded': ['critical'],
    'held-by-other-load-balancer': ['high'],
    'mixed-pool': ['medium'],
    'leaving-node-is-member': ['info', 'low'],
    'unmanaged-node-in-ip-pool': ['low'],
    'rule-limit': ['medium'],
    'address-family-gap': ['low'],
  }),
  ...family('load-balancer', 1, {
    'basic-sku-retired': ['high'],
    'availability-set-retired': ['high'],
    'mode-annotation-ignored': ['low'],
    'mode-annotation-unknown-set': ['high'],
  }),
  ...family('load-balancer', 2, { 'sku-mismatch': ['high'], 'platform-fault': ['info'] }),
  ...family('probe', 2, {
    'overrides-local-health-check': ['high', 'low'],
    disabled: ['medium', 'high'],
    'http-root-path': ['medium', 'high'],
    'unknown-app-protocol': ['info'],
    'invalid-settings': ['high'],
    drift: ['medium'],
  }),
  ...family('multi-lb', 2, {
    'unknown-configuration': ['high', 'medium'],
    'no-eligible-load-balancer': ['high'],
    'node-on-no-load-balancer': ['medium', 'info'],
    'empty-primary-pool': ['high'],
    'local-pool-drift': ['high', 'info'],
    'local-pool-name-clash': ['high'],
    'invalid-configuration': ['high'],
    'configuration-not-live': ['info'],
  }),
  ...family('placement', 1, {
    'user-pods-on-system-pool': ['medium'],
    'system-pool-not-isolated': ['medium'],
    'may-land-outside-backends': ['medium'],
    'spread-not-enforced': ['low'],
    'daemonset-missing-nodes': ['medium', 'high', 'critical'],
    unschedulable: ['high', 'medium'],
  }),
  ...family('placement', 2, { 'unknown-node-label': ['low'], 'untolerated-taint': ['info'] }),
  ...family('service', 2, {
    'internal-annotation-misspelled': ['critical'],
    'internal-subnet-ignored': ['high'],
    'unknown-annotation': ['low'],
    'sync-failed': ['high'],
    'no-address': ['high', 'info'],
    'conflicting-source-ranges': ['high'],
    'invalid-source-range': ['high'],
    'node-ports-disabled': ['high'],
    'port-conflict': ['high'],
    'idle-timeout-invalid': ['high'],
    'unsupported-protocol': ['high'],
    'public-ip-unusable': ['high'],
    'private-link-unsupported': ['high'],
  }),
  ...family('ingress', 3, {
    'backend-missing': ['high', 'low'],
    'conflicting-routes': ['medium', 'low'],
    'nginx-retired': ['medium', 'high'],
    'no-ready-backend': ['high', 'low', 'info'],
    'reference-not-permitted': ['high'],
    'single-node-gateway': ['medium'],
    'uneven-zone': ['medium'],
    unserved: ['high', 'low'],
  }),
  ...family('service', 3, { 'internal-local-gap': ['medium'] }),
  ...family('network', 2, {
    'nsg-blocks-service': ['critical', 'high'],
    'nsg-blocks-probe': ['critical', 'medium'],
  }),
  ...family('outbound', 2, {
    'snat-ports-exhausted': ['medium'],
    'automatic-ports-step': ['low'],
    'snat-ports-used': ['medium', 'high'],
  }),
];

function family(
  name: string,
  since: 1 | 2 | 3,
  rules: Readonly<Record<string, readonly [Severity, ...Severity[]]>>,
): readonly CatalogueRow[] {
  return Object.entries(rules).map(([stem, [severity, ...also]]) => ({
    id: `${name}/${stem}`,
    severity,
    also,
    since,
  }));
}
