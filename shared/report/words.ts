import { severities, type Fix, type Severity } from '../findings/index.ts';
import { grouped, percent, percentNumber } from '../model/index.ts';
import type { Verdict } from '../traffic/types.ts';
import type { ClusterResult } from './report.ts';

/** `33.3 %` where both are as good as equal, else `10–33.3 %`. */
export function percentRange(least: number, most: number): string {
  return most - least < 1e-9 ? percent(most) : `${percentNumber(least)}–${percent(most)}`;
}

/** What a verdict means for the pods of a Service. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  none: 'no traffic',
  lost: 'loses connections',
  starved: 'pods without traffic',
  uneven: 'uneven',
  even: 'even',
  unknown: 'unknown',
};

export const resultWords: Readonly<Record<ClusterResult, string>> = {
  complete: 'fully read',
  partial: 'read in part',
  unreachable: 'not reachable',
  denied: 'access denied',
  skipped: 'skipped',
  failed: 'failed',
  gone: 'deleted',
};

const becauseWords = new Map([
  ['not-ready', 'not ready'],
  ['no-rule', 'the load balancer has no rule for this port'],
  ['node-not-ready', 'its node is not Ready'],
  ['no-kube-proxy', 'kube-proxy does not run on its node'],
  ['node-excluded', 'its node is excluded from external load balancers by a label'],
  ['node-not-in-backend-pool', 'not in the backend pool'],
  ['node-down-for-probe', 'its node fails the health probe'],
  ['hinted-away', 'topology hints send no traffic here'],
  ['no-backend-up', 'no backend of the load balancer is up'],
  ['nsg-blocks-clients', 'an NSG blocks client traffic'],
  ['policy-blocks-clients', 'NetworkPolicies block client traffic'],
  ['no-listener', 'nothing listens on the port that the rule targets'],
]);

const causeWords = new Map([
  ['basic-single-vm-set', 'a Basic load balancer has one VM set'],
  ['held-by-other-load-balancer', "another load balancer holds the node's NIC"],
  ['local-pool-drift', "the Service's own pool has not followed its pods"],
  ['virtual-node', 'a virtual node has no kube-proxy'],
  ['node-missing-from-pool', 'the node is missing from it'],
  ['probe-answers-without-endpoints', 'backends pass the probe and have no pod to answer'],
  ['no-probe', 'no probe takes dead backends out'],
  ['stale-member', 'pool entries that are not a node of the cluster'],
  ['node-not-ready', 'backends whose node is not Ready'],
  ['no-kube-proxy', 'backends without kube-proxy'],
  ['no-listener', 'backends where nothing listens on the port'],
  ['nsg-blocks-clients', 'an NSG blocks client traffic'],
  ['policy-blocks-clients', 'NetworkPolicies block client traffic'],
  ['closed-port', 'nothing listens on the probe port'],
  ['nsg-blocks-probe', 'an NSG blocks the probe'],
  ['proxy-protocol', 'the probe does not speak PROXY protocol'],
  ['node-excluded', 'nodes with the exclude-from-external-load-balancers label'],
  ['rule-disabled', 'the Service’s annotation no_lb_rule asks for none'],
]);

/** `Basic`, `Standard`: snapshots have the SKU in lower case. */
export function skuText(sku: string): string {
  return sku.slice(0, 1).toUpperCase() + sku.slice(1);
}

/** Why an endpoint gets nothing, in words; a code that is not known stays as it is. */
export function whyText(because: string | undefined, cause?: string): string {
  const first = because === undefined ? 'no share' : (becauseWords.get(because) ?? because);
  return cause === undefined ? first : `${first}: ${causeText(cause)}`;
}

/** A cause in words; a code that is not known as the words that it is made of. */
export function causeText(cause: string): string {
  return causeWords.get(cause) ?? cause.replaceAll('-', ' ');
}

/** `2 critical, 1 high`: only what there is; `no findings` where there is nothing. */
export function severityCounts(counts: Readonly<Record<Severity, number>>): string {
  const parts = amounts(severities.map((severity) => [counts[severity], severity]));
  return parts.length === 0 ? 'no findings' : parts.join(', ');
}

/** Numbers with what they count; nothing for a 0. */
export function amounts(
  parts: readonly (readonly [count: number, what: string])[],
): readonly string[] {
  return parts.filter(([count]) => count > 0).map(([count, what]) => `${grouped(count)} ${what}`);
}

/** `Use a NAT gateway (trade-off: a new address)`. */
export function fixSummary({ title, price }: Pick<Fix, 'title' | 'price'>): string {
  return price.length === 0 ? title : `${title} (trade-off: ${price.join('; ')})`;
}

/** Why a port has no rule whose owner asked for none. */
export function disabledText({ port }: { readonly port: number }): string {
  return `no load-balancing rule, as the Service’s annotation port_${port}_no_lb_rule asks`;
}
