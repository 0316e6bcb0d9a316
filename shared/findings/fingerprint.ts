import { createHash } from 'node:crypto';
import type { ArmId } from '../model/index.ts';
import type { Subject } from '../rules/rule.ts';

/**
 * First 16 hex digits of SHA-256 over rule id, cluster and subject. Never over texts, counts or
 * versions: the same fault keeps its print across runs.
 */
export function fingerprint(rule: string, cluster: ArmId, subject: Subject): string {
  const parts = [rule, cluster, subject.kind, subject.namespace ?? '', subject.name];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
