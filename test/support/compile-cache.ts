import { tmpdir } from 'node:os';
import path from 'node:path';

/** Processes that tests start (the command, emulators) compile what another has compiled already. */
export default function keepCompiled(): void {
  process.env['NODE_COMPILE_CACHE'] ??= path.join(tmpdir(), 'evenkeel-compile-cache');
}

/** For processes that are given an environment of their own. */
export const compileCache: Readonly<Record<string, string>> = {
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
};
