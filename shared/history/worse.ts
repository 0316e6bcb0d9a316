import { severities, type Finding } from '../findings/index.ts';
import type { LastNotified } from './state.ts';

/** How bad a finding is, in the numbers of its evidence. */
export function measureOf({ severity, evidence }: Finding): LastNotified {
  const { ports } = evidence;
  let lost = 0;
  let starved = 0;
  for (const port of Array.isArray(ports) ? ports : []) {
    lost = Math.max(lost, numberIn(port, 'lost'));
    starved += numberIn(port, 'starvedPods');
  }
  return { severity, lost, starved };
}

/** Whether people should hear of it again: a worse severity, 20 points more lost, more pods without traffic. */
export function isWorse(now: LastNotified, told: LastNotified): boolean {
  return (
    severities.indexOf(now.severity) < severities.indexOf(told.severity) ||
    now.lost >= told.lost + material ||
    now.starved > told.starved
  );
}

const material = 0.2;

function numberIn(value: unknown, key: string): number {
  if (typeof value !== 'object' || value === null) return 0;
  const field: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof field === 'number' ? field : 0;
}
