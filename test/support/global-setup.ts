import { tmpdir } from 'node:os';
import path from 'node:path';
import { shareAzurite } from './azurite.ts';

/** What jest says of the run. */
interface Run {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

/** @param run Of a few files most need no storage. */
export default async function setUp({ testPathPatterns }: Run): Promise<void> {
  // Processes that tests start (the command, emulators) compile what another has compiled already.
  process.env['NODE_COMPILE_CACHE'] ??= path.join(tmpdir(), 'evenkeel-compile-cache');
  if (testPathPatterns.patterns.length === 0) await shareAzurite();
}
