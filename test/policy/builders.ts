import type { ClusterFindings, Finding } from '../../shared/findings/index.ts';
import type { Subject } from '../../shared/rules/rule.ts';
import { parsePolicy, type Policy } from '../../shared/policy/index.ts';
import { allRules } from '../../shared/rules/index.ts';

export const ruleIds = allRules.map((rule) => rule.meta.id);

/** A policy from the text of its file, `version: 1` left out. */
export function policyOf(text: string): Policy {
  const parsed = parsePolicy(`version: 1\n${text}`, ruleIds);
  if (parsed.kind === 'policy') return parsed.policy;
  throw new Error(parsed.faults.map((fault) => `${fault.line}: ${fault.message}`).join('\n'));
}

export const now = '2026-11-23T06:00:00Z';

export function serviceSubject(text = 'shop/web'): Subject {
  const [namespace = '', name = ''] = text.split('/');
  return { kind: 'Service', namespace, name };
}

let prints = 0;

export function finding(changes: Partial<Finding> = {}): Finding {
  prints += 1;
  return {
    fingerprint: prints.toString(16).padStart(16, '0'),
    rule: 'traffic/starved-endpoints',
    severity: 'critical',
    state: 'new',
    firstSeen: now,
    lastSeen: now,
    subject: serviceSubject(),
    title: '2 of 3 ready pods of shop/web receive no traffic',
    message: 'All new connections reach one pod.',
    causes: ['basic-single-vm-set'],
    evidence: { starved: 2 },
    help: 'shared/rules/traffic/starved-endpoints.md',
    fixes: [],
    ...changes,
  };
}

export function clusterFindings(changes: Partial<ClusterFindings> = {}): ClusterFindings {
  return {
    id: '/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/aks-app',
    name: 'aks-app',
    subscriptionId: 's1',
    result: 'complete',
    services: [{ namespace: 'shop', name: 'web' }],
    findings: [finding()],
    unknown: [],
    ...changes,
  };
}
