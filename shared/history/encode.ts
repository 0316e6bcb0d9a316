import { createHash } from 'node:crypto';
import { isObject, jsonValue } from '../model/index.ts';
import { isPacked, packFindings } from './packed-findings.ts';
import type { TrackedState } from './state.ts';

const format = 'evenkeel-state';
/** Additions keep the major version; readers leave alone what they do not know. */
const version = { major: 1, minor: 0 };

/** What was known before a run, or why that cannot be used. */
export type Previous =
  | { readonly kind: 'state'; readonly state: TrackedState }
  /** `none`: there was no run before. All others: there was one, and people should know. */
  | {
      readonly kind: 'none' | 'missing' | 'corrupt' | 'rolled-back' | 'newer';
      readonly why: string;
    };

/** A state as text: a line that says what it is and vouches for the rest, and the rest. */
export function encodeState(state: TrackedState): string {
  const clusters = state.clusters.map((each) => ({ ...each, lives: packFindings(each.lives) }));
  const body = JSON.stringify({ ...state, clusters });
  const head = {
    format,
    version: `${version.major}.${version.minor}`,
    runId: state.runId,
    sha256: sha256(body),
  };
  return `${JSON.stringify(head)}\n${body}`;
}

/**
 * Reads what `encodeState` wrote. Whatever is wrong with it, the run goes on as if it were the first:
 * a baseline, not a storm. After `newer` the state must not be written: another build is in charge.
 * @param previous As `sealRun` hands it over; `undefined` = no run before.
 */
export function decodeState(
  previous: { readonly runId: string; readonly text: string } | undefined,
): Previous {
  if (previous === undefined) return { kind: 'none', why: 'there was no run before' };
  const { runId, text } = previous;
  if (text === '')
    return { kind: 'missing', why: `what was known after ${runId} is gone, or cannot be unpacked` };
  const end = text.indexOf('\n');
  const head = end === -1 ? undefined : jsonValue(text.slice(0, end));
  if (!isObject(head) || head['format'] !== format)
    return { kind: 'corrupt', why: `what is kept of ${runId} is not what this program writes` };
  const major = Number(/^(\d+)\.\d+$/u.exec(String(head['version']))?.[1]);
  if (major > version.major)
    return {
      kind: 'newer',
      why: `a newer build wrote what is known (format ${String(head['version']).slice(0, 20)}); this one reads ${version.major}.${version.minor} and leaves it alone`,
    };
  const body = text.slice(end + 1);
  if (major !== version.major || head['sha256'] !== sha256(body))
    return { kind: 'corrupt', why: `what is kept of ${runId} was changed or cut off` };
  const state = jsonValue(body);
  if (!isState(state))
    return { kind: 'corrupt', why: `what is kept of ${runId} has another shape than it should` };
  if (state.runId !== runId)
    return { kind: 'rolled-back', why: `what is kept of ${runId} is that of another run` };
  return { kind: 'state', state };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isState(value: unknown): value is TrackedState {
  return (
    isObject(value) &&
    typeof value['runId'] === 'string' &&
    typeof value['at'] === 'string' &&
    Array.isArray(value['history']) &&
    value['history'].every(isObject) &&
    Array.isArray(value['clusters']) &&
    value['clusters'].every(isKnownCluster)
  );
}

function isKnownCluster(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['id'] === 'string' &&
    typeof value['name'] === 'string' &&
    isPacked(value['lives'])
  );
}
