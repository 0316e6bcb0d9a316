import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { isFinding } from '../findings/index.ts';
import { isObject } from '../model/index.ts';
import type { TrackedFindings, PackedFindings } from './state.ts';

/** Decoded bytes of one cluster's findings. */
const maxOutputLength = 64 * 1024 * 1024;
const none: TrackedFindings = { kind: 'plain', open: [], closed: [] };

/** The findings of a cluster as small as they are kept; what is packed stays so. */
export function packFindings(findings: TrackedFindings | PackedFindings): PackedFindings {
  if (findings.kind === 'packed') return findings;
  const { open, closed } = findings;
  const text = JSON.stringify({ open, closed });
  return { kind: 'packed', data: deflateRawSync(text, { level: 1 }).toString('base64') };
}

/** The findings themselves. What is packed was looked at when it was read: see `isPacked`. */
export function trackedFindingsOf(
  findings: TrackedFindings | PackedFindings | undefined,
): TrackedFindings {
  if (findings === undefined) return none;
  return findings.kind === 'plain' ? findings : (unpack(findings.data) ?? none);
}

/** Whether something that was kept can be unpacked to what this build works with. */
export function isPacked(value: unknown): value is PackedFindings {
  return (
    isObject(value) &&
    value['kind'] === 'packed' &&
    typeof value['data'] === 'string' &&
    unpack(value['data']) !== undefined
  );
}

function unpack(data: string): TrackedFindings | undefined {
  try {
    const bytes = inflateRawSync(Buffer.from(data, 'base64'), { maxOutputLength });
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isLives(value) ? { kind: 'plain', open: value.open, closed: value.closed } : undefined;
  } catch {
    return undefined;
  }
}

function isLives(value: unknown): value is Pick<TrackedFindings, 'open' | 'closed'> {
  return (
    isObject(value) &&
    Array.isArray(value['open']) &&
    value['open'].every(
      (each) => isObject(each) && isFinding(each['finding']) && Array.isArray(each['turns']),
    ) &&
    Array.isArray(value['closed']) &&
    value['closed'].every((each) => isObject(each) && typeof each['fingerprint'] === 'string')
  );
}
