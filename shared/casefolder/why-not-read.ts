import { types } from 'node:util';
import { BodyError } from '../input/index.ts';

/** Why a file of a case folder cannot be used, for people: never a path of ours or a stack. */
export function whyNotRead(error: unknown): string {
  if (error instanceof BodyError) return error.message;
  const code = types.isNativeError(error) && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ELOOP') return 'the link does not lead to a file';
  return `the file cannot be read${code === '' ? '' : ` (${code})`}`;
}
