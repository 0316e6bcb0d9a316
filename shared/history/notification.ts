import type { Finding } from '../findings/index.ts';
import type { StatusChange } from './changes.ts';
import type { KnownFinding, LastNotified } from './state.ts';
import { isWorse, measureOf } from './worse.ts';

export interface Notification {
  readonly state: Finding['state'];
  readonly told?: LastNotified;
  readonly change?: StatusChange['kind'];
  readonly held?: true;
}

export interface Seen {
  /** As found, or as kept, after policy. */
  readonly finding: Finding;
  readonly known: KnownFinding | undefined;
  /** It was closed before, and is here again. */
  readonly returned: boolean;
  /** It could not be looked at. */
  readonly kept: boolean;
  readonly isClusterChanging: boolean;
  readonly baseline: boolean;
}

/** The state that a finding is shown in, and whether people hear of it. Nothing is told twice. */
export function notificationFor({
  finding,
  known,
  returned,
  kept,
  isClusterChanging,
  baseline,
}: Seen): Notification {
  const before = known?.told;
  const same = before !== undefined && { told: before };
  if (finding.state === 'exempt') return { state: 'exempt', ...same };
  const now = measureOf(finding);
  const state = kept ? 'stale' : 'open';
  if (baseline) return { state, told: now };
  if (known?.finding.state === 'exempt') return { state, told: now, change: 'counts-again' };
  if (before === undefined) {
    if (kept) return { state };
    if (isClusterChanging) return { state, held: true };
    const change = returned ? 'reopened' : 'new';
    return { state: change, told: now, change };
  }
  if (!kept && isWorse(now, before)) return { state, told: now, change: 'worse' };
  return { state, ...same };
}
