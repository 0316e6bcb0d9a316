import type { Finding } from '../findings/index.ts';
import type { AbsentOutcome } from './absent-outcome.ts';
import type { Notification } from './notification.ts';

const dayMs = 24 * 3_600_000;
const flappingTurns = 3;

/** Turns of the last day. */
export function recentTurns(turns: readonly string[], now: string): readonly string[] {
  return turns.filter((turn) => Date.parse(now) - Date.parse(turn) < dayMs);
}

/** A finding as the report shows it in its present state. */
export function shownFinding(
  finding: Finding,
  { state, change, held }: Notification,
  firstSeen: string | undefined,
  turns: readonly string[],
): Finding {
  const first =
    firstSeen !== undefined && firstSeen < finding.firstSeen ? firstSeen : finding.firstSeen;
  return {
    ...finding,
    state,
    firstSeen: first,
    ...(change === 'worse' && { changed: true }),
    ...(held === true && { held }),
    ...flapping(turns),
  };
}

/** A finding that could not be looked at, as it was. */
export function keptFinding(finding: Finding, now: string): Finding {
  const { changed: _changed, held: _held, flapping: _flapping, ...rest } = finding;
  const { exemption } = finding;
  const expired = exemption !== undefined && now.slice(0, 10) > exemption.expires;
  return {
    ...rest,
    state: finding.state === 'exempt' && !expired ? 'exempt' : 'stale',
    staleRuns: (finding.staleRuns ?? 0) + 1,
    ...(expired && { exemption: { ...exemption, expired } }),
  };
}

/** A finding that is gone, with why, as the report shows it once more. */
export function resolvedFinding(
  finding: Finding,
  { why, by }: Extract<AbsentOutcome, { kind: 'closed' }>,
  turns: readonly string[],
): Finding {
  const { changed: _changed, held: _held, staleRuns: _stale, flapping: _flap, ...rest } = finding;
  return {
    ...rest,
    state: 'resolved',
    closed: why,
    ...(by !== undefined && { supersededBy: by }),
    ...flapping(turns),
  };
}

function flapping(turns: readonly string[]): { readonly flapping?: true } {
  return turns.length >= flappingTurns ? { flapping: true } : {};
}
