import { writeFileSync } from 'node:fs';
import { InputError } from '../audit/input-error.ts';

/** @throws {InputError} where the file cannot be written. */
export function writeFile(file: string, text: string, what: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    throw new InputError(`${file}: cannot write the ${what} (${code})`, {
      cause: error,
    });
  }
}
