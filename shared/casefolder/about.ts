import { readFile, stat } from 'node:fs/promises';
import { BodyError, isObject, parseJson } from '../input/index.ts';
import { readRecord, type SaveRecord } from './save-record.ts';

/** What `case.json` or `saved.json` says about a case. */
export interface CaseInfo {
  readonly takenAt?: string;
  readonly record?: SaveRecord;
}

const maxBytes = 4 * 1024 * 1024;

/** @throws {BodyError} where it is not JSON, or its time is none. */
export async function readAbout(path: string): Promise<CaseInfo> {
  if ((await stat(path)).size > maxBytes) throw new BodyError('the file is too large');
  const body = parseJson((await readFile(path, 'utf8')).replace(/^\uFEFF/u, ''));
  if (!isObject(body)) throw new BodyError('not an object');
  const record = readRecord(body);
  const recorded = record === undefined ? {} : { record };
  const { takenAt } = body;
  if (takenAt === undefined) return recorded;
  const time = new Date(typeof takenAt === 'string' ? takenAt : Number.NaN);
  if (Number.isNaN(time.getTime()))
    throw new BodyError('takenAt is not a time like 2026-11-23T06:00:00Z');
  return { takenAt: time.toISOString(), ...recorded };
}
