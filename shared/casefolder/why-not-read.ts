import { BodyError } from '../input/index.ts';

/** Why a file of a case folder cannot be used, for people: never a path of ours or a stack. */
export function whyNotRead(error: unknown): string {
  if (error instanceof BodyError) return error.message;
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return `the file cannot be read${code}`;
}
