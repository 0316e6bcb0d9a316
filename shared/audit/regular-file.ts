import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { types } from 'node:util';
import { InputError } from './input-error.ts';

/**
 * A file that a person named, whole. A pipe or a device could make us wait, or read, without an end.
 * @param what For the message: `policy file`.
 * @throws {InputError} where it cannot be read, is no regular file, or is too large.
 */
export function readRegularFile(file: string, what: string, maxBytes: number): Buffer {
  let opened: number | undefined;
  try {
    // Opening a pipe waits for its other end otherwise.
    opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = fstatSync(opened);
    if (!found.isFile()) throw new InputError(`${file}: the ${what} is not a regular file`);
    if (found.size > maxBytes)
      throw new InputError(`${file}: the ${what} is larger than ${maxBytes} bytes`);
    return readFileSync(opened);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = types.isNativeError(error) && 'code' in error ? String(error.code) : 'an error';
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new InputError(`${file}: the ${what} ${why}`, { cause: error });
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}
